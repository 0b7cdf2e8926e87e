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
    'security.factor_reset_begun',
    'security.factors_removed',
  ],
  webhooks: ['webhook.disabled'],
} as const

export type Group = keyof typeof GROUPS
export const GROUP_NAMES = Object.keys(GROUPS) as Group[]
export const KINDS = Object.values(GROUPS).flat()
export type Kind = (typeof KINDS)[number]

/** What a webhook may ask for. Its own end it cannot be told of. */
export const WEBHOOK_KINDS = KINDS.filter((kind) => kind !== 'webhook.disabled')

export const groupOf = (kind: Kind): Group =>
  GROUP_NAMES.find((group) => GROUPS[group].some((one) => one === kind)) ?? 'orders'

/** Where people are told; webhooks have their own list of kinds. */
export const CHANNELS = ['in_app', 'telegram'] as const
export type Channel = (typeof CHANNELS)[number]

/** Until somebody chooses otherwise; Telegram once it is linked. */
export const DEFAULT_CHANNELS: Readonly<Record<Group, readonly Channel[]>> = {
  orders: ['in_app'],
  liquidations: ['in_app', 'telegram'],
  transfers: ['in_app'],
  alerts: ['in_app', 'telegram'],
  security: ['in_app', 'telegram'],
  webhooks: ['in_app', 'telegram'],
}

const channels = z.enum(CHANNELS).array().max(CHANNELS.length)
export const channelChoice = z.partialRecord(z.enum(GROUP_NAMES), channels)
export type ChannelChoice = z.infer<typeof channelChoice>

/** What nobody can choose not to hear, nor hear later: somebody may be taking the account over. */
const URGENT: readonly Kind[] = ['security.factor_reset_begun', 'security.factors_removed']
export const isUrgent = (kind: Kind): boolean => URGENT.includes(kind)

export function channelsFor(kind: Kind, chosen: ChannelChoice): readonly Channel[] {
  if (isUrgent(kind)) return CHANNELS
  const group = groupOf(kind)
  return chosen[group] ?? DEFAULT_CHANNELS[group]
}
