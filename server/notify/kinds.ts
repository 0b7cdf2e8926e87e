import { z } from 'zod'

/** What somebody can be told of. Webhooks choose among the kinds, people among the groups. */
export const GROUPS = {
  orders: ['order.filled', 'order.canceled'],
  liquidations: ['position.liquidated', 'position.reduced'],
  transfers: ['transfer.deposit', 'transfer.withdrawal'],
  alerts: ['alert.price'],
  security: [
    'security.signed_in',
    'security.api_key_created',
    'security.signing_key_made',
    'security.factor_reset_begun',
    'security.factors_removed',
    'security.email_confirmed',
  ],
  delivery: ['webhook.disabled', 'email.disabled'],
} as const

export type Group = keyof typeof GROUPS
export const GROUP_NAMES = Object.keys(GROUPS) as Group[]
export const KINDS = Object.values(GROUPS).flat()
export type Kind = (typeof KINDS)[number]

/** What a webhook may ask for. Its own end it cannot be told of. */
export const WEBHOOK_KINDS = KINDS.filter((kind) => kind !== 'webhook.disabled')

export const groupOf = (kind: Kind): Group =>
  GROUP_NAMES.find((group) => GROUPS[group].some((one) => one === kind)) ?? 'orders'

/** Danger waits neither for a digest nor for the end of quiet hours, and is a message of its own. */
export const isUrgent = (kind: Kind): boolean => ['liquidations', 'security'].includes(groupOf(kind))

/** What leaves the application, for a person; it can be gathered into digests. Webhooks have their own list of kinds. */
export const MESSAGE_CHANNELS = ['telegram', 'email'] as const
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number]
export const CHANNELS = ['in_app', ...MESSAGE_CHANNELS] as const
export type Channel = (typeof CHANNELS)[number]

/** Until somebody chooses otherwise; Telegram once it is linked, e-mail once it is confirmed. */
export const DEFAULT_CHANNELS: Readonly<Record<Group, readonly Channel[]>> = {
  orders: ['in_app'],
  liquidations: CHANNELS,
  transfers: ['in_app'],
  alerts: CHANNELS,
  security: CHANNELS,
  delivery: CHANNELS,
}

/** How often a channel speaks of what may wait. */
export const DIGESTS = ['instant', 'hourly', 'daily'] as const
export type Digest = (typeof DIGESTS)[number]
export const digestChoice = z.partialRecord(z.enum(MESSAGE_CHANNELS), z.enum(DIGESTS))
export type DigestChoice = z.infer<typeof digestChoice>

const channels = z.enum(CHANNELS).array().max(CHANNELS.length)
export const channelChoice = z.partialRecord(z.enum(GROUP_NAMES), channels)
export type ChannelChoice = z.infer<typeof channelChoice>

/** What nobody can choose not to hear: somebody may be taking the account over. */
const MANDATORY: readonly Kind[] = ['security.factor_reset_begun', 'security.factors_removed']
export const isMandatory = (kind: Kind): boolean => MANDATORY.includes(kind)

export function channelsFor(kind: Kind, chosen: ChannelChoice): readonly Channel[] {
  if (isMandatory(kind)) return CHANNELS
  const group = groupOf(kind)
  return chosen[group] ?? DEFAULT_CHANNELS[group]
}
