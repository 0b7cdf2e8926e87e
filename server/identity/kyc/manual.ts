import type { KycProvider } from './provider.ts'

/** People of the operator's risk desk look at whoever asked, and set the status (`POST /api/admin/users/standing`). */
export const manualChecks: KycProvider = {
  name: 'manual',
  start: async ({ checkId }) => ({ reference: checkId, url: null }),
  // Only a person ends it.
  read: async () => ({ status: 'pending', reason: null, url: null }),
}
