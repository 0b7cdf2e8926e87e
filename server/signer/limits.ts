import { formatUnits, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { Exposure } from '#server/trading/index.ts'
import type { Decision } from './intent-repo.ts'
import type { IntentDto, LimitChange, Limits } from './schema.ts'

/** Whether anything is allowed by `after` that `before` does not allow. */
export function isLooser(before: Limits, after: Limits): boolean {
  const allowsMore = (key: 'maxOrderNotional' | 'maxDayNotional') =>
    parseUnits(after[key], QUOTE_DECIMALS) > parseUnits(before[key], QUOTE_DECIMALS)
  return (
    isWider(before.markets, after.markets) ||
    allowsMore('maxOrderNotional') ||
    allowsMore('maxDayNotional') ||
    after.maxDistanceBps > before.maxDistanceBps ||
    after.maxOrdersPerMinute > before.maxOrdersPerMinute ||
    after.expiresAt > before.expiresAt
  )
}

/** Null is every market. */
function isWider(before: Limits['markets'], after: Limits['markets']): boolean {
  if (before === null) return false
  return after === null || after.some((market) => !before.includes(market))
}

/** What a change leaves out stays as it is. */
export function changed(limits: Limits, change: LimitChange): Limits {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  return { ...limits, ...Object.fromEntries(given) }
}

const usdc = (amount: bigint): string => `${formatUnits(amount, QUOTE_DECIMALS)} USDC`
const percent = (bps: number): string => `${bps / 100} %`

/** What a refusal says, in its own words for each limit. */
export function refusalOf(
  decision: Exclude<Decision, 'late'>,
  limits: Limits,
  exposure: Exposure | null,
): NonNullable<IntentDto['error']> {
  const { market = '', notional = 0n, added = 0n, distance = 0 } = exposure ?? {}
  const change = 'Change the limits in the settings.'
  switch (decision) {
    case 'revoked':
      return {
        code: 'KeyRevoked',
        message: 'This signing key was revoked.',
        action: 'Set it up again in the settings.',
      }
    case 'paused':
      return {
        code: 'SigningPaused',
        message: 'The operator has stopped orders that the service signs; cancels and closes pass.',
        action: 'Sign with your wallet, or wait.',
      }
    case 'expired':
      return {
        code: 'KeyExpired',
        message: `This signing key ended on ${new Date(limits.expiresAt).toISOString()}.`,
        action: 'Renew it in the settings.',
      }
    case 'market':
      return {
        code: 'MarketNotAllowed',
        message: `The key may not add risk in ${market}, only in ${limits.markets?.join(', ')}.`,
        action: change,
      }
    case 'order_notional':
      return {
        code: 'OrderTooLarge',
        message: `The order is worth ${usdc(notional)}; the key signs orders up to ${limits.maxOrderNotional} USDC.`,
        action: change,
      }
    case 'distance':
      return {
        code: 'PriceTooFar',
        message: `The limit is ${percent(distance)} worse than the oracle; the key signs up to ${percent(limits.maxDistanceBps)}.`,
        action: change,
      }
    case 'orders_per_minute':
      return {
        code: 'TooManyOrders',
        message: `The key signs ${limits.maxOrdersPerMinute} orders a minute, and those are used up.`,
        action: 'Wait a moment.',
      }
    case 'day_notional':
      return {
        code: 'DayLimitReached',
        message: `The order adds ${usdc(added)}, which is more than is left of ${limits.maxDayNotional} USDC in 24 hours.`,
        action: change,
      }
  }
}
