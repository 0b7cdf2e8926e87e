import { z } from 'zod'
import { at, decimal, marketId } from '#server/exchange/index.ts'
import { isTimeZone } from '#server/platform/time-zone.ts'
import { CHANNELS, channelChoice, digestChoice, GROUP_NAMES, KINDS, WEBHOOK_KINDS } from './kinds.ts'

const id = z.uuid()
const cursor = z.string().max(100).optional().describe('nextCursor of the page before')
const limit = z.coerce.number().int().min(1).max(100).default(50)
const nextCursor = z.string().nullable().describe('Null on the last page')

export const notificationDto = z.object({
  id,
  kind: z.enum(KINDS),
  title: z.string(),
  body: z.string(),
  data: z.record(z.string(), z.unknown()).describe('The facts; money as exact decimal text'),
  at,
  readAt: at.nullable(),
})
export type NotificationDto = z.infer<typeof notificationDto>
export const notificationPageInput = z.object({ cursor, limit })
export const notificationPageDto = z.object({
  notifications: notificationDto.array(),
  unread: z.number().int(),
  nextCursor,
})
export const readInput = z.object({ ids: id.array().max(100).optional().describe('Absent: all of them') })

const minute = z.number().int().min(0).max(1_439)
export const notificationSettings = z.object({
  channels: channelChoice.describe(
    `Where each group (${GROUP_NAMES.join(', ')}) is told: ${CHANNELS.join(', ')}; an absent group has its defaults`,
  ),
  digests: digestChoice.describe(
    'How often each channel speaks of what has gathered; an absent one at once. Liquidations and security never wait',
  ),
  digestHour: z.number().int().min(0).max(23).describe('When what comes daily comes'),
  quiet: z
    .object({ from: minute, to: minute })
    .nullable()
    .describe('Minutes of the day between which messages wait; liquidations and security do not'),
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, 'must be an IANA time zone')
    .describe('Of the quiet hours, the digests and the times in messages'),
})
export type NotificationSettings = z.infer<typeof notificationSettings>
export const notificationSettingsDto = notificationSettings.extend({
  defaults: z.record(z.enum(GROUP_NAMES), z.enum(CHANNELS).array()),
  telegram: z.object({
    offered: z.boolean().describe('Whether this server has a bot'),
    linkedTo: z.string().nullable().describe('Name of the Telegram account'),
  }),
  email: z.object({
    offered: z.boolean().describe('Whether this server sends mail'),
    address: z.string().nullable().describe('Confirmed'),
    disabledReason: z.string().nullable().describe('Why nothing is sent to it any more, until it is confirmed again'),
  }),
})

const emailAddress = z.email().max(254).describe('Where mail goes once it is confirmed')
export const newEmailInput = z.object({ address: emailAddress })
export const newEmailDto = z.object({ expiresAt: at.describe('End of the code that was sent') })
export const confirmEmailInput = z.object({
  address: emailAddress,
  code: z.string().min(1).max(40).describe('As it stands in the mail'),
})
export const unsubscribeInput = z.object({ token: z.string().min(1).max(200).describe('From the link in a mail') })

export const telegramLinkDto = z.object({
  code: z.string().describe('Good once, for ten minutes'),
  url: z.string().nullable().describe('Opens the chat with the code; null while the bot cannot be asked for its name'),
  expiresAt: at,
})

export const alertRuleFields = z.object({
  market: marketId,
  direction: z.enum(['above', 'below']),
  price: decimal.describe('Quote per base, more than 0, at most six decimals'),
  repeats: z.boolean().default(false).describe('Speaks again after the price has come back; else once'),
})
export const alertRuleDto = alertRuleFields.extend({
  id,
  enabled: z.boolean(),
  repeats: z.boolean(),
  lastFiredAt: at.nullable(),
  createdAt: at,
})
export type AlertRuleDto = z.infer<typeof alertRuleDto>
/** Of a change that has nothing to say. */
export const nothing = z.object({})
export const idInput = z.object({ id })

const url = z.string().min(1).max(2_000).describe('https, a host that the internet can reach')
const kinds = z.enum(WEBHOOK_KINDS).array().min(1).max(WEBHOOK_KINDS.length)
export const newWebhookInput = z.object({ url, kinds })
export const changeWebhookInput = z.object({
  id,
  url: url.optional(),
  kinds: kinds.optional(),
  enabled: z.boolean().optional().describe('Switching on sends what has been waiting'),
})
export const webhookDto = z.object({
  id,
  url: z.string(),
  kinds: z.string().array(),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  createdAt: at,
})
export type WebhookDto = z.infer<typeof webhookDto>
export const webhookSecretDto = z.object({
  secret: z.string().describe('whsec_… of the Standard Webhooks specification. Shown once'),
})
export const newWebhookDto = webhookDto.extend(webhookSecretDto.shape)

export const deliveryDto = z.object({
  id: id.describe('The header webhook-id'),
  kind: z.string(),
  status: z.enum(['waiting', 'delivered', 'given_up']),
  attempts: z.number().int(),
  responseStatus: z.number().int().nullable(),
  error: z.string().nullable(),
  nextAttemptAt: at.nullable(),
  createdAt: at,
  payload: z.unknown(),
})
export type DeliveryDto = z.infer<typeof deliveryDto>
export const deliveryPageInput = z.object({ id, cursor, limit })
export const deliveryPageDto = z.object({ deliveries: deliveryDto.array(), nextCursor })
export const replayInput = z.object({ id, deliveryId: z.uuid().optional().describe('Absent: all that were given up') })
export const replayDto = z.object({ queued: z.number().int() })
