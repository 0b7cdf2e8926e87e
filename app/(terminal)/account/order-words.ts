import { midSentence, t } from '#app/i18n/t.ts'
import { formatDateTime, formatNumber, formatPrice, formatSize } from '#app/ui/format.ts'
import { inOrder, type Sorted, type SortKey } from '#app/ui/sorting.ts'
import { peggedLimit } from '#client/math/index.ts'
import { formatUnits } from '#client/units.ts'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { answerOf } from './answer.ts'
import { priceText, toBase, toPrice } from './decimal.ts'
import { isWaiting, orderKind, workingPrice } from './order-kind.ts'

/*
 * What an open order is and waits for, in words that are true of it now.
 */

type Params = Pick<MarketDto['params'], 'tickSize' | 'stepSize' | 'defaultSlippageBps'>

/** "Limit buy" */
export const sideName = (order: Parameters<typeof orderKind>[0]): string => {
  const kind = t(orderKind(order))
  return order.side === 'buy' ? t('{kind} buy', { kind }) : t('{kind} sell', { kind })
}

/** "limit buy 4.00 SOL at 140.50" */
export function describeOrder(
  order: OrderDto,
  { params, baseSymbol }: Pick<MarketDto, 'params' | 'baseSymbol'>,
): string {
  const { pegOffset, trailingDistance } = order
  const kind = midSentence(sideName(order))
  const isSized = order.stage !== 'awaitingParent'
  const what = isSized ? `${kind} ${formatSize(order.size, params.stepSize)} ${baseSymbol}` : kind
  const text = (price: string): string => formatPrice(price, params.tickSize)
  if (pegOffset !== null) return t('{order} at oracle {offset}', { order: what, offset: text(pegOffset) })
  if (trailingDistance !== null && isWaiting(order)) {
    return t('{order} by {distance}', { order: what, distance: text(trailingDistance) })
  }
  const at = workingPrice(order)
  return at === null
    ? t('{order} at market', { order: what })
    : t('{order} at {price}', { order: what, price: text(at) })
}

/** Where it is set off: "≥ 148.20"; null for what waits for no price, or is set off already. */
export function triggerText(order: OrderDto, { tickSize }: Params): string | null {
  if (!isWaiting(order) || order.triggerDirection === null) return null
  // A trailing stop that sleeps has no price to start from yet.
  if (order.triggerPrice === null || /^0(\.0*)?$/.test(order.triggerPrice)) return null
  return `${order.triggerDirection === 'above' ? '≥' : '≤'} ${formatPrice(order.triggerPrice, tickSize)}`
}

/** "by 2.00, best 145.10" of a trailing stop; null of others. */
export function trailText(order: OrderDto, { tickSize }: Params): string | null {
  if (order.trailingDistance === null || !isWaiting(order)) return null
  const distance = formatPrice(order.trailingDistance, tickSize)
  if (order.trailingExtreme === null) return t('by {distance}', { distance })
  return t('by {distance}, best {price}', { distance, price: formatPrice(order.trailingExtreme, tickSize) })
}

/** Its limit, or what stands in for one. `oracle`: now, for what follows it. */
export function limitText(
  order: OrderDto,
  { tickSize, defaultSlippageBps }: Params,
  oracle: string | undefined,
): string {
  if (order.pegOffset !== null) return formatPrice(peggedPrice(order, oracle), tickSize)
  if (order.limitPrice !== null) return formatPrice(order.limitPrice, tickSize)
  const slippage = formatNumber(formatUnits(BigInt(defaultSlippageBps), 2), { max: 2, suffix: '\u202f%' })
  return t('market ±{slippage}', { slippage })
}

/** Where a pegged order stands while the oracle is at `oracle`; null where that is no price. */
export function peggedPrice({ side, pegOffset, limitPrice }: OrderDto, oracle: string | undefined): string | null {
  if (oracle === undefined || pegOffset === null) return null
  const limit = answerOf(() =>
    peggedLimit(side, toPrice(oracle), toPrice(pegOffset), limitPrice === null ? 0n : toPrice(limitPrice)),
  )
  return limit === null ? null : priceText(limit)
}

/** "oracle −0.50, at most 144.00"; null of an order that follows nothing. */
export function pegText({ pegOffset, limitPrice, side }: OrderDto, { tickSize }: Params): string | null {
  if (pegOffset === null) return null
  const offset = formatNumber(pegOffset, { sign: true })
  if (limitPrice === null) return t('oracle {offset}', { offset })
  const values = { offset, price: formatPrice(limitPrice, tickSize) }
  return side === 'buy' ? t('oracle {offset}, at most {price}', values) : t('oracle {offset}, at least {price}', values)
}

/** What else holds: what it waits for, how long it stands, what it is tied to. `orders`: all open ones of the account. */
export function conditionsOf(order: OrderDto, orders: readonly OrderDto[]): string {
  const { stage, timeInForce, expiresAt, reduceOnly, postOnly, byDelegate } = order
  return [
    stage === 'active' && isImmediate(order) && t('fills at the next price'),
    stage === 'awaitingParent' && t('sleeps until #{id} fills', { id: order.parentId ?? '' }),
    stage !== 'awaitingParent' && order.parentId !== null && t('of #{id}', { id: order.parentId }),
    expiresAt !== null && t('until {time}', { time: formatDateTime(expiresAt) }),
    expiresAt === null && order.type === 'limit' && timeInForce.toUpperCase(),
    reduceOnly && t('reduce only'),
    postOnly && t('post only'),
    groupText(order, orders),
    byDelegate && t('by delegate'),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Never rests: filled at its one price, or gone. */
const isImmediate = ({ type, timeInForce }: OrderDto): boolean =>
  type === 'market' || timeInForce === 'ioc' || timeInForce === 'fok'

function groupText(order: OrderDto, orders: readonly OrderDto[]): string | null {
  if (order.groupId === null) return null
  const others = groupOf(order, orders).filter(({ orderId }) => orderId !== order.orderId)
  if (others.length === 0) return null
  if (!order.oneCancelsOther) return t('one of {count}', { count: others.length + 1 })
  return t('cancels {orders}', { orders: others.map(({ orderId }) => `#${orderId}`).join(', ') })
}

function groupOf({ market, groupId }: OrderDto, orders: readonly OrderDto[]): OrderDto[] {
  return orders.filter((other) => other.groupId === groupId && other.market === market)
}

export type OrderColumn = 'market' | 'order' | 'trigger' | 'price' | 'size' | 'placed'

function orderKey(order: OrderDto, by: OrderColumn): SortKey {
  switch (by) {
    case 'market':
      return order.market
    case 'order':
      return sideName(order)
    case 'trigger':
      return toPrice(order.triggerPrice ?? '0')
    case 'price':
      return toPrice(order.limitPrice ?? '0')
    case 'size':
      return toBase(order.size)
    case 'placed':
      return order.placedAt
  }
}

/**
 * Newest first, or as the table is sorted, but what belongs together stays together: children under their parent, a group in
 * its own order.
 */
export function inFamilies(
  orders: readonly OrderDto[],
  sorted: Sorted<OrderColumn> = null,
): { order: OrderDto; isChild: boolean }[] {
  const rootOf = (order: OrderDto): OrderDto => {
    const parent = orders.find(({ orderId }) => orderId === order.parentId)
    if (parent !== undefined) return rootOf(parent)
    return order.groupId === null ? order : (groupOf(order, orders).sort(byId)[0] ?? order)
  }
  const members = [...orders]
    .map((order) => ({ order, root: rootOf(order) }))
    .sort((a, b) => b.root.placedAt - a.root.placedAt || byId(b.root, a.root) || byId(a.order, b.order))
  const roots = [...new Set(members.map(({ root }) => root))]
  return inOrder(roots, sorted, orderKey).flatMap((family) =>
    members
      .filter(({ root }) => root === family)
      .map(({ order, root }) => ({ order, isChild: order.parentId !== null && root !== order })),
  )
}

const byId = (a: OrderDto, b: OrderDto): number => Number(BigInt(a.orderId) - BigInt(b.orderId))
