import { randomBytes } from 'node:crypto'

const SECRET_BYTES = 32

/** As the Standard Webhooks specification writes it. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

/** What the sealed secret is bound to. */
export const secretPlace = (userId: string, webhookId: string) => ({
  column: 'app.webhook_secrets.sealed',
  userId,
  rowId: webhookId,
})
