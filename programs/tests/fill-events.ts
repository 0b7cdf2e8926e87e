/** What a fill or a cancel told, flat: tests name the fields that matter. */
import type { Maker, Side, Trader, World } from './harness.ts'
import type { Fields, Value } from './program.ts'
import { type Receipt, succeeded } from './venue.ts'

/** The fill with the taker's side beside it; its numbers are bigints. */
export function filledOf(receipt: Receipt): { [field: string]: bigint } & { makers: MakerFill[] } {
  const { taker, ...fill } = dataOf(receipt, 'orderFilled')
  return { ...(taker as Fields), ...fill } as never
}

export type MakerFill = { size: bigint; quote: bigint; rebate: bigint; party: { [field: string]: Value } }

/** The first order canceled. */
export function canceledOf(receipt: Receipt): Fields {
  const { orders, ...canceled } = dataOf(receipt, 'orderCanceled')
  return { ...canceled, ...(orders as Fields[])[0] }
}

function dataOf(receipt: Receipt, name: string): Fields {
  const found = receipt.events.find((event) => event.name === name)
  if (!found) throw new Error(`no ${name} among ${receipt.events.map((event) => event.name).join(', ') || 'no events'}`)
  return found.data
}

/** Places a limit order and names it as a maker. */
export function rest(
  world: World,
  trader: Trader,
  side: Side,
  size: bigint,
  limitPrice: bigint,
  more: Fields = {},
): Maker {
  const receipt = succeeded(world.place(trader, 0, { side: { [side]: {} }, size, limitPrice, ...more }))
  const [order] = dataOf(receipt, 'orderPlaced').orders as { orderId: bigint }[]
  if (!order) throw new Error('no order placed')
  return { trader, orderId: order.orderId }
}
