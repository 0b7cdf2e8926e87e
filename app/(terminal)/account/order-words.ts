import { formatDateTime, formatNumber, formatPrice, formatSize } from '#app/ui/format.ts'
import { peggedLimit } from '#client/math/index.ts'
import { formatUnits } from '#client/units.ts'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { answerOf } from './answer.ts'
import { priceText, toPrice } from './decimal.ts'
import { isWaiting, orderKind, workingPrice } from './order-kind.ts'

/*
 * What an open order is and waits for, in words that are true of it now.
 */

type Params = Pick<MarketDto['params'], 'tickSize' | 'stepSize' | 'defaultSlippageBps'>

export const sideName = (order: Parameters<typeof orderKind>[0]): string => `${orderKind(order)} ${order.side}`

/** "limit buy 4.00 SOL at 140.50" */
export function describeOrder(
  order: OrderDto,
  { params, baseSymbol }: Pick<MarketDto, 'params' | 'baseSymbol'>,
): string {
  const size = order.stage === 'awaitingParent' ? '' : ` ${formatSize(order.size, params.stepSize)} ${baseSymbol}`
  return `${sideName(order).toLowerCase()}${size} ${place(order, params)}`
}

function place(order: OrderDto, { tickSize }: Params): string {
  const at = workingPrice(order)
  if (order.pegOffset !== null) return `at oracle ${formatPrice(order.pegOffset, tickSize)}`
  if (order.trailingDistance !== null && isWaiting(order)) return `by ${formatPrice(order.trailingDistance, tickSize)}`
  return at === null ? 'at market' : `at ${formatPrice(at, tickSize)}`
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
  const distance = `by ${formatPrice(order.trailingDistance, tickSize)}`
  return order.trailingExtreme === null ? distance : `${distance}, best ${formatPrice(order.trailingExtreme, tickSize)}`
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
  return `market ±${slippage}`
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
  const bound =
    limitPrice === null ? '' : `, at ${side === 'buy' ? 'most' : 'least'} ${formatPrice(limitPrice, tickSize)}`
  return `oracle ${formatNumber(pegOffset, { sign: true })}${bound}`
}

/** What else holds: what it waits for, how long it stands, what it is tied to. `orders`: all open ones of the account. */
export function conditionsOf(order: OrderDto, orders: readonly OrderDto[]): string {
  const { stage, timeInForce, expiresAt, reduceOnly, postOnly, byDelegate } = order
  return [
    stage === 'active' && isImmediate(order) && 'fills at the next price',
    stage === 'awaitingParent' && `sleeps until #${order.parentId} fills`,
    stage !== 'awaitingParent' && order.parentId !== null && `of #${order.parentId}`,
    expiresAt !== null && `until ${formatDateTime(expiresAt)}`,
    expiresAt === null && order.type === 'limit' && timeInForce.toUpperCase(),
    reduceOnly && 'reduce only',
    postOnly && 'post only',
    groupText(order, orders),
    byDelegate && 'by delegate',
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
  if (!order.oneCancelsOther) return `one of ${others.length + 1}`
  return `cancels ${others.map(({ orderId }) => `#${orderId}`).join(', ')}`
}

function groupOf({ market, groupId }: OrderDto, orders: readonly OrderDto[]): OrderDto[] {
  return orders.filter((other) => other.groupId === groupId && other.market === market)
}

/** Newest first, but what belongs together stays together: children under their parent, a group in its own order. */
export function inFamilies(orders: readonly OrderDto[]): { order: OrderDto; isChild: boolean }[] {
  const rootOf = (order: OrderDto): OrderDto => {
    const parent = orders.find(({ orderId }) => orderId === order.parentId)
    if (parent !== undefined) return rootOf(parent)
    return order.groupId === null ? order : (groupOf(order, orders).sort(byId)[0] ?? order)
  }
  return [...orders]
    .map((order) => ({ order, root: rootOf(order) }))
    .sort((a, b) => b.root.placedAt - a.root.placedAt || byId(b.root, a.root) || byId(a.order, b.order))
    .map(({ order, root }) => ({ order, isChild: order.parentId !== null && root !== order }))
}

const byId = (a: OrderDto, b: OrderDto): number => Number(BigInt(a.orderId) - BigInt(b.orderId))
