import { router } from '#server/platform/procedures.ts'
import { approvalProcedures } from './approval-router.ts'
import { authProcedures } from './auth-router.ts'
import { factorProcedures } from './factor-router.ts'
import type { Identity } from './identity.ts'
import { userProcedures } from './user-router.ts'

/** `auth`: signing in, sessions, second factors. `users`: profile, keys, linked accounts, data, roles. `approvals`: of staff. */
export function identityRouters(identity: Identity) {
  return {
    auth: router({ ...authProcedures(identity), ...factorProcedures(identity) }),
    users: router(userProcedures(identity)),
    approvals: router(approvalProcedures),
  }
}
