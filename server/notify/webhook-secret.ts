import { randomBytes } from 'node:crypto'
import type { SealPlace } from '#server/platform/seal/index.ts'

const SECRET_BYTES = 32

/** As the Standard Webhooks specification writes it. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

/** What the sealed secret is bound to. */
export const secretPlace = (userId: string, webhookId: string): SealPlace => ({
  column: 'app.webhook_secrets.sealed',
  userId,
  rowId: webhookId,
})
