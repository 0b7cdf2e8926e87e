import { t } from '#app/i18n/t.ts'
import { formatNumber } from '#app/ui/format.ts'
import { max } from '#client/math/fixed.ts'
import { accountHealth, isMet, oneFillCap, type Portfolio } from '#client/math/index.ts'
import type { Price } from '#client/units.ts'
import { answerOf } from '../account/answer.ts'
import type { MarketView } from '../account/market-view.ts'
import { type Estimate, play, type World } from './estimate.ts'
import type { TicketFields } from './fields.ts'
import { isImmediate } from './kinds.ts'
import type { Entry, Plan } from './plan.ts'
import { durationOf } from './twap-terms.ts'
import { amountOf, priceOf } from './words.ts'

/** What to know before sending. The order may be sent all the same. */
export type Warning = {
  code: 'key-ends' | 'liquidated-before' | 'liquidatable' | 'slippage' | 'fills-now' | 'partial' | 'stale-price'
  message: string
}

type WarningInput = {
  fields: TicketFields
  plan: Plan
  estimate: Estimate
  world: World
  tradingKeyUntil: number | null
  now: number
}

/** From here on slippage is worth a word: 0.3 %. */
export const LARGE_SLIPPAGE_PPM = 3_000
/** A resting order placed on an older price counts as one that takes: the program cannot tell that it does not. */
const RESTING_PRICE_AGE_MS = 3_000

export function findWarnings(input: WarningInput): Warning[] {
  return [
    liquidationWarning(input),
    slippageWarning(input),
    fillsNowWarning(input),
    partialWarning(input),
    staleWarning(input),
    keyWarning(input),
  ].filter((warning) => warning !== null)
}

/** At the price where it trades, the account must neither be gone already nor go with the fill. */
function liquidationWarning({ fields, plan, world }: WarningInput): Warning | null {
  const { portfolio, market } = world
  if (portfolio === null) return null
  for (const entries of plan.outcomes) {
    const worst = worstEntry(entries, fields.side)
    const at = worst.waits || worst.limit === null ? worst.oracle : worst.limit
    if (at === market.price.price) continue
    const before = portfolioAt(portfolio, market, at)
    if (!isSafe(before)) {
      const message = t(
        'At {price} the account would already be below its maintenance margin: it could be liquidated before this order helps.',
        { price: priceOf(at, market) },
      )
      return { code: 'liquidated-before', message }
    }
    const after = answerOf(() => play(entries, fields.side, { ...world, portfolio }).after)
    if (after !== null && !isSafe(portfolioAt(after, market, at))) {
      const message = t(
        'Filled at {price}, the position could be liquidated at once: it is larger than the account carries there.',
        { price: priceOf(at, market) },
      )
      return { code: 'liquidatable', message }
    }
  }
  return null
}

/** The fill furthest against whoever trades this way: the lowest for a buyer, who holds a long by then. */
const worstEntry = ([first, ...others]: Plan['outcomes'][number], side: 'buy' | 'sell'): Entry =>
  others.reduce((worst, entry) => {
    const isLower = (entry.limit ?? entry.oracle) < (worst.limit ?? worst.oracle)
    return isLower === (side === 'buy') ? entry : worst
  }, first)

const isSafe = (portfolio: Portfolio): boolean =>
  answerOf(() => isMet(accountHealth(portfolio, 'Maintenance'))) ?? false

/** The account once the oracle of this market has come to `price`. */
function portfolioAt(portfolio: Portfolio, { market }: MarketView, price: Price): Portfolio {
  const moved = <Item extends { readonly market?: string; readonly price: MarketView['price'] }>(item: Item): Item =>
    item.market === market ? { ...item, price: { ...item.price, price, ema: price } } : item
  return { ...portfolio, positions: portfolio.positions.map(moved), tokens: portfolio.tokens.map(moved) }
}

function slippageWarning({ estimate }: WarningInput): Warning | null {
  if (estimate.way === 'rests' || estimate.slippagePpm <= LARGE_SLIPPAGE_PPM) return null
  const percent = formatNumber((estimate.slippagePpm / 10_000).toFixed(2), { min: 2 })
  return {
    code: 'slippage',
    message: t('It fills {percent} % worse than the oracle price. A smaller size, or a limit order, costs less.', {
      percent,
    }),
  }
}

/** A limit beyond the market is a market order in disguise; said where one might not expect it, and when it is cut. */
function fillsNowWarning({ fields, estimate, world }: WarningInput): Warning | null {
  if (estimate.atOnce === 0n) return null
  if (estimate.way === 'now') {
    if (fields.kind !== 'pegged' && fields.kind !== 'ladder') return null
    return { code: 'fills-now', message: t('At these prices it trades at once instead of resting.') }
  }
  const size = amountOf(estimate.atOnce, world.market)
  return { code: 'fills-now', message: t('{size} of it trades at once, the rest rests at its price.', { size }) }
}

/** What only reduces may be larger than one fill of the pool; what an IOC order cannot fill is dropped. */
function partialWarning({ fields, plan, estimate, world }: WarningInput): Warning | null {
  if (fields.kind === 'limit' && fields.timeInForce === 'ioc' && estimate.atOnce < (plan.orders[0]?.size ?? 0n)) {
    const size = amountOf(estimate.atOnce, world.market)
    return { code: 'partial', message: t('Only {size} of it fills within your price; the rest is dropped.', { size }) }
  }
  const once = oneFillCap(world.market.depth)
  const largest = plan.orders.reduce((most, { size }) => max(most, size), 0n)
  if (!fields.reduceOnly || !isImmediate(fields) || largest <= once) return null
  return {
    code: 'partial',
    message: t('The pool fills at most {size} at a time: the rest follows at the next prices.', {
      size: amountOf(once, world.market),
    }),
  }
}

function staleWarning({ estimate, world, now }: WarningInput): Warning | null {
  if (estimate.way !== 'rests' || now - world.market.publishedAt <= RESTING_PRICE_AGE_MS) return null
  return {
    code: 'stale-price',
    message: t(
      'The price is some seconds old, so these figures may be off, and the order is bound to its first price.',
    ),
  }
}

function keyWarning({ fields, tradingKeyUntil, now }: WarningInput): Warning | null {
  const durationMs = fields.kind === 'twap' ? durationOf(fields) : null
  if (durationMs === null || tradingKeyUntil === null || tradingKeyUntil >= now + durationMs) return null
  return {
    code: 'key-ends',
    message: t('The trading key ends before this does. Renew it by then, or the slices that are left wait for it.'),
  }
}
