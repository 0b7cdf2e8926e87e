import { t } from '#app/i18n/t.ts'
import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import type { ModifyOrderArgs } from '#client/generated/types.ts'
import { accountHealth, isMet, type Portfolio, positionIn, withOrder } from '#client/math/index.ts'
import { BASE_DECIMALS, type Base, PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import type { OrderDto } from '#server/exchange/schema.ts'
import { parseSigned } from '../ticket/fields.ts'
import { crossesPool } from '../ticket/matching.ts'
import { misreadText } from '../ticket/misread.ts'
import { baseText, priceText, quoteText, toBase, toPrice } from './decimal.ts'
import type { MarketView } from './market-view.ts'
import { isWaiting } from './order-kind.ts'

/*
 * An open order as it shall be. The program takes the whole order anew; what is not shown here stays as it is.
 */

export type ModifyField = 'size' | 'limitPrice' | 'triggerPrice' | 'trailingDistance' | 'pegOffset'
export type ModifyFields = Readonly<Partial<Record<ModifyField, string>>>

/** What of an order can be changed, and how it stands now. */
export function modifiableFields(order: OrderDto): ModifyFields {
  const { stage, type, size, limitPrice, triggerPrice, trailingDistance, pegOffset } = order
  const waits = isWaiting(order)
  return {
    ...(waits && trailingDistance === null && triggerPrice !== null ? { triggerPrice } : {}),
    ...(waits && trailingDistance !== null ? { trailingDistance } : {}),
    ...(pegOffset === null ? {} : { pegOffset }),
    ...(type === 'limit' ? { limitPrice: limitPrice ?? '' } : {}),
    // What sleeps gets its size from its parent.
    ...(stage === 'awaitingParent' ? {} : { size }),
  }
}

export type Modification = {
  /** Null while something is wrong, or nothing is changed. */
  change: ModifyOrderArgs | null
  problems: Readonly<Partial<Record<ModifyField | 'order', string>>>
}

/** Checks what was typed by the program's rules. `portfolio`: the account with the order as it stands. */
export function planModification(
  order: OrderDto,
  fields: ModifyFields,
  market: MarketView,
  portfolio: Portfolio | null,
): Modification {
  const problems: Partial<Record<ModifyField | 'order', string>> = {}
  const read = (field: ModifyField): bigint | null => {
    const found = readField(field, fields[field], order, market)
    if (typeof found === 'bigint') return found
    problems[field] = found
    return null
  }
  const size = read('size')
  const limitPrice = read('limitPrice')
  const triggerPrice = read('triggerPrice')
  const trailingDistance = read('trailingDistance')
  const pegOffset = read('pegOffset')
  if (
    size === null ||
    limitPrice === null ||
    triggerPrice === null ||
    trailingDistance === null ||
    pegOffset === null
  ) {
    return { change: null, problems }
  }
  const change = {
    orderId: BigInt(order.orderId),
    size,
    limitPrice,
    triggerPrice,
    trailingDistance,
    pegOffset: order.pegOffset === null ? null : pegOffset,
    expiresAt: order.expiresAt === null ? 0n : BigInt(Math.floor(order.expiresAt / 1000)),
  }
  const shortage = marginShortage(order, size, market, portfolio)
  if (shortage !== null) return { change: null, problems: { order: shortage } }
  return { change: isChanged(order, fields) ? change : null, problems }
}

const isChanged = (order: OrderDto, fields: ModifyFields): boolean => {
  const before = modifiableFields(order)
  return Object.entries(fields).some(([field, text]) => !sameNumber(before[field as ModifyField] ?? '', text))
}

const sameNumber = (a: string, b: string): boolean =>
  a === b || (a !== '' && b !== '' && parseUnits(a, PRICE_DECIMALS + 3) === parseUnits(b, PRICE_DECIMALS + 3))

/** The native number, 0 for what the order does not have, or what is wrong with it. */
function readField(field: ModifyField, text: string | undefined, order: OrderDto, market: MarketView): bigint | string {
  if (text === undefined) return standing(field, order)
  if (text === '' && field === 'limitPrice' && order.pegOffset !== null) return 0n
  const parsed = parseSigned(text, field === 'size' ? BASE_DECIMALS : PRICE_DECIMALS)
  if ('empty' in parsed) return t('A number is needed here.')
  if ('problem' in parsed) return misreadText(parsed.problem)
  return problemOf(field, parsed.value, order, market) ?? parsed.value
}

/** What is not shown goes back as it is, in the form the program wants: a trailing stop's trigger follows by itself. */
function standing(field: ModifyField, order: OrderDto): bigint {
  if (field === 'size') return toBase(order.size)
  if (field === 'triggerPrice' && order.trailingDistance !== null && isWaiting(order)) return 0n
  return order[field] === null ? 0n : toPrice(order[field])
}

function problemOf(field: ModifyField, value: bigint, order: OrderDto, market: MarketView): string | null {
  const oracle = market.price.price
  const price = (at: bigint): string => formatPrice(priceText(at), priceText(market.tickSize))
  if (field === 'pegOffset') return oracle + value <= 0n ? t('The offset leads to no price.') : null
  if (value <= 0n) return t('It must be above 0.')
  if (field === 'size') return sizeProblem(value, order, market)
  if (value % market.tickSize !== 0n) return t('Prices move in steps of {step}.', { step: priceText(market.tickSize) })
  if (field === 'trailingDistance' && value >= oracle) {
    return t('It must be smaller than the price ({price}).', { price: price(oracle) })
  }
  if (field === 'limitPrice') return restProblem(value, order, market)
  if (field !== 'triggerPrice' || order.stage === 'awaitingParent') return null
  const isAbove = order.triggerDirection === 'above'
  if (isAbove ? value > oracle : value < oracle) return null
  const values = { price: price(oracle) }
  return isAbove
    ? t('It must be above the price ({price}), or it would be set off at once.', values)
    : t('It must be below the price ({price}), or it would be set off at once.', values)
}

/** A post-only order whose first step the pool would fill is refused by the program. */
function restProblem(limit: bigint, { postOnly, pegOffset, side }: OrderDto, market: MarketView): string | null {
  if (!postOnly || pegOffset !== null || !crossesPool(side, limit, market)) return null
  return t('There it would trade at once, and post-only orders only rest.')
}

function sizeProblem(size: Base, order: OrderDto, market: MarketView): string | null {
  const filled = toBase(order.filled)
  if (size % market.stepSize !== 0n) {
    const step = `${baseText(market.stepSize)} ${market.baseSymbol}`
    return t('Sizes move in steps of {step}.', { step })
  }
  if (size <= filled) {
    return t('{size} have filled already: cancel it to stop there.', {
      size: formatSize(order.filled, baseText(market.stepSize)),
    })
  }
  const notional = ((size - filled) * market.price.price) / 10n ** 9n
  if (order.reduceOnly || notional >= market.minNotional) return null
  return t('What is left of it must be worth {amount}.', { amount: formatUsd(quoteText(market.minNotional)) })
}

/** What Initial margin lacks for a larger order; a smaller one, or one that only reduces, is not judged. */
function marginShortage(order: OrderDto, size: Base, market: MarketView, portfolio: Portfolio | null): string | null {
  const more = size - toBase(order.size)
  if (portfolio === null || order.reduceOnly || more <= 0n) return null
  const grown = withOrder(portfolio, positionIn(portfolio, market), { side: order.side, size: more, reduceOnly: false })
  // It is one order still.
  const health = accountHealth({ ...grown, openOrders: portfolio.openOrders }, 'Initial')
  if (isMet(health)) return null
  return t('It needs {amount} more free collateral: deposit, or take a smaller size.', {
    amount: formatUsd(quoteText(health.requirement - health.collateral)),
  })
}
