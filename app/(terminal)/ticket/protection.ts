import type { Base, Price, Quote } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import { type Estimate, play, type World } from './estimate.ts'
import { type Prices, priceIn } from './prices.ts'

/** Where an attached order triggers, and what the position has then made of the ticket's size, costs included. */
export type Protected = { trigger: Price; pnl: Quote | null }
export type Protection = { takeProfit: Protected | null; stopLoss: Protected | null }

/** What the children of a bracket bring, when the pool closes at their triggers. */
export function protectionOf(
  prices: Pick<Prices, 'takeProfit' | 'stopLoss'>,
  side: Side,
  entered: Estimate | null,
  size: Base,
  world: World,
): Protection {
  const closing: Side = side === 'buy' ? 'sell' : 'buy'
  const at = (field: 'takeProfit' | 'stopLoss'): Protected | null => {
    const trigger = priceIn(prices, field)
    if (trigger === null) return null
    const pnl = entered === null || size === 0n ? null : closingPnl(trigger, closing, entered, size, world)
    return { trigger, pnl }
  }
  return { takeProfit: at('takeProfit'), stopLoss: at('stopLoss') }
}

function closingPnl(trigger: Price, side: Side, entered: Estimate, size: Base, world: World): Quote | null {
  const close = {
    size,
    oracle: trigger,
    limit: null,
    waits: true,
    takes: true,
    postOnly: false,
    isMarket: true,
    parts: 1,
  }
  const empty = { quote: 0n, tokens: [], positions: [], openOrders: 0 }
  const { fee, keeperReward, value } = entered
  // By then the pool holds the other side of what was entered.
  const market = { ...world.market, userNetBase: world.market.userNetBase + (side === 'sell' ? size : -size) }
  return answerOf(() => {
    const { trades } = play([close], side, { ...world, market, portfolio: empty })
    const [trade] = trades
    if (trade === undefined) return 0n
    const gained = side === 'sell' ? trade.quote - value : value - trade.quote
    return gained - fee - keeperReward - trade.fee - trade.reward
  })
}
