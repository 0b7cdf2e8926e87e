import { AppError } from '#server/platform/errors.ts'
import {
  adminProcedure,
  publicProcedure,
  riskProcedure,
  stepUpProcedure,
  userProcedure,
} from '#server/platform/procedures.ts'
import { endKey, makeKey } from './api-keys.ts'
import { siteOf } from './cookies.ts'
import type { Identity } from './identity.ts'
import { listKeys } from './key-repo.ts'
import { listPendingChecks, readCheck, startCheck } from './kyc/checks.ts'
import { beginLink, finishLink, unlink } from './linked-identities.ts'
import { listLinked } from './linked-repo.ts'
import { deleteUser, exportData } from './privacy.ts'
import { rest } from './rest-meta.ts'
import * as shape from './schema.ts'
import { changeRole, changeStanding } from './standing.ts'
import { findDisplayName, findReferrer, readUser, renameUser } from './user-repo.ts'

/** Profile, keys, linked accounts, data, and what staff may change of a user. */
export function userProcedures(identity: Identity) {
  return {
    me: userProcedure
      .meta(rest('GET', '/users/me', 'users', 'You, as we know you'))
      .output(shape.userDto.nullable())
      .query(async ({ ctx }) => {
        const { userId, role } = ctx.principal
        return (await readUser(ctx.db, { id: userId, role })) ?? null
      }),
    rename: userProcedure
      .meta(rest('POST', '/users/me/profile', 'users', 'Change your display name; null removes it'))
      .input(shape.profileInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        const { userId, role } = ctx.principal
        await renameUser(ctx.db, { id: userId, role }, input.displayName)
        return shape.OK
      }),
    profile: publicProcedure
      .meta(
        rest('GET', '/users/{wallet}', 'users', 'The public profile of a wallet, whether or not it ever signed in', [
          '/user/{wallet}',
        ]),
      )
      .input(shape.signInRequest)
      .output(shape.publicProfileDto)
      .query(async ({ ctx, input }) => ({ ...input, displayName: await findDisplayName(ctx.db, input.wallet) })),
    referrer: publicProcedure
      .meta(rest('GET', '/users/referrers/{code}', 'users', 'The wallet a referral code stands for'))
      .input(shape.referrerInput)
      .output(shape.referrerDto)
      .query(async ({ ctx, input }) => {
        const wallet = await findReferrer(ctx.db, input.code)
        if (wallet === undefined) throw new AppError('NOT_FOUND', { message: 'nobody has this referral code' })
        return { wallet }
      }),
    keys: userProcedure
      .meta(rest('GET', '/users/me/keys', 'users', 'Your API keys'))
      .output(shape.apiKeyDto.array())
      .query(({ ctx }) => listKeys(ctx.db, ctx.principal.userId)),
    makeKey: stepUpProcedure
      .meta(rest('POST', '/users/me/keys', 'users', 'Make an API key; its secret is shown once'))
      .input(shape.apiKeyInput)
      .output(shape.newApiKeyDto)
      .mutation(({ ctx, input }) => makeKey(identity, ctx.principal.userId, input)),
    revokeKey: userProcedure
      .meta(rest('DELETE', '/users/me/keys/{id}', 'users', 'Revoke an API key'))
      .input(shape.apiKeyIdInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        await endKey(identity, ctx.principal.userId, input.id)
        return shape.OK
      }),
    identities: userProcedure
      .meta(rest('GET', '/users/me/identities', 'users', 'Accounts elsewhere that you have linked'))
      .output(shape.linkedIdentitiesDto)
      .query(async ({ ctx }) => ({
        offered: [...identity.providers.keys()],
        linked: await listLinked(ctx.db, ctx.principal.userId),
      })),
    beginLink: userProcedure
      .meta({ cost: 'outside' })
      .input(shape.providerInput)
      .output(shape.authorizationDto)
      .mutation(async ({ ctx, input }) => ({
        url: await beginLink(identity, ctx.principal, input.provider, siteOf(ctx)),
      })),
    finishLink: userProcedure
      .meta({ cost: 'outside' })
      .input(shape.linkInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        await finishLink(identity, ctx.principal, input)
        return shape.OK
      }),
    unlink: userProcedure
      .meta(rest('DELETE', '/users/me/identities/{id}', 'users', 'Remove a linked account'))
      .input(shape.identityInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        await unlink(identity, ctx.principal.userId, input.id)
        return shape.OK
      }),
    identityCheck: userProcedure
      .meta(rest('GET', '/users/me/identity-check', 'users', 'How the check of who you are stands'))
      .output(shape.identityCheckDto)
      .query(({ ctx }) => readCheck(identity, ctx.principal.userId)),
    startIdentityCheck: userProcedure
      .meta({ cost: 'outside' })
      .output(shape.checkStartedDto)
      .mutation(async ({ ctx }) => ({
        url: await startCheck(identity, ctx.principal.userId, `${siteOf(ctx).site}/settings#profile`),
      })),
    export: stepUpProcedure
      .meta({
        ...rest('GET', '/users/me/data', 'users', 'Everything off the chain that is kept about you'),
        cost: 'export',
      })
      .output(shape.exportDto)
      .query(({ ctx }) => exportData(ctx.db, ctx.principal.userId)),
    delete: stepUpProcedure
      .meta(rest('POST', '/users/me/delete', 'users', 'Delete your user and all that hangs on it'))
      .input(shape.deleteInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        await deleteUser(identity, { ...ctx.principal, typed: input.wallet })
        return shape.OK
      }),
    pendingChecks: riskProcedure
      .meta(rest('GET', '/admin/identity-checks', 'admin', 'Checks of users that have not ended, the oldest first'))
      .output(shape.pendingCheckDto.array())
      .query(({ ctx }) => listPendingChecks(ctx.db)),
    changeRole: adminProcedure
      .meta(rest('POST', '/admin/users/role', 'admin', 'Give a user a role; their sessions end'))
      .input(shape.roleInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        await changeRole(identity, { actor: ctx.principal.userId, ...input })
        return shape.OK
      }),
    changeStanding: riskProcedure
      .meta(rest('POST', '/admin/users/standing', 'admin', 'Set what a check found of a user: KYC status, risk level'))
      .input(shape.standingInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        await changeStanding(ctx.db, { actor: ctx.principal.userId, ...input }, ctx.clock.now())
        return shape.OK
      }),
  }
}
