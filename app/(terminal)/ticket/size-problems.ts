import { formatUsd } from '#app/ui/format.ts'
import { oneFillCap } from '#client/math/index.ts'
import { baseText, quoteText } from '../account/decimal.ts'
import { type MarketView, notionalOf } from '../account/market-view.ts'
import { floorStep, nearestStep, type TicketFields } from './fields.ts'
import { isImmediate, takesAtOnce } from './kinds.ts'
import { blocked, type Problem, type ProblemCode, type ProblemInput, unfinished } from './problem.ts'
import { closableBase, openInterestRoom } from './size.ts'
import { sizeOf } from './words.ts'

const ONE_BASE = 10n ** 9n

export function sizeProblem({ fields, market, sizeInput, base, prices }: ProblemInput): Problem | null {
  if ('empty' in sizeInput) return { ...unfinished('no-size', 'Enter a size'), field: 'size' }
  if ('problem' in sizeInput || base === null) {
    const reason = 'problem' in sizeInput ? sizeInput.problem : 'is not a number'
    return { code: 'bad-size', label: 'Check the size', message: `The size ${reason}.`, field: 'size', shown: true }
  }
  // What a size in USDC or percent means cannot be said before the price is there.
  if (base === 0n && Object.values(prices).some((parsed) => !('value' in parsed))) return null
  if (base % market.stepSize !== 0n) {
    const nearest = nearestStep(base, market.stepSize)
    const message = `Sizes move in steps of ${baseText(market.stepSize)} ${market.baseSymbol}. Nearest: ${sizeOf(nearest, market)}.`
    return sizeRemedy('size-step', message, fields, market, nearest)
  }
  if (fields.reduceOnly || (base > 0n && notionalOf(base, market) >= market.minNotional)) return null
  const smallest = smallestBase(market)
  const message = `The smallest order is ${formatUsd(quoteText(market.minNotional))}, ${sizeOf(smallest, market)} ${market.baseSymbol} now.`
  return sizeRemedy('below-minimum', message, fields, market, smallest)
}

export function reduceProblem({ fields, market, portfolio, base }: ProblemInput): Problem | null {
  if (!fields.reduceOnly || portfolio === null) return null
  const closable = closableBase(fields.side, market, portfolio)
  if (closable === 0n) {
    const other = fields.side === 'buy' ? 'short' : 'long'
    return blocked(
      'nothing-to-reduce',
      'Nothing to reduce',
      `“Reduce only” needs a ${other} ${market.market} position, and there is none. Untick it to open one.`,
    )
  }
  if (base === null || base <= closable) return null
  const message = `The position is ${sizeOf(closable, market)} ${market.baseSymbol}: more than that cannot be reduced.`
  return sizeRemedy('reduce-too-large', message, fields, market, closable)
}

export function capProblem({ fields, market, base }: ProblemInput): Problem | null {
  if (base === null || fields.reduceOnly) return null
  const once = floorStep(oneFillCap(market.depth), market.stepSize)
  if (isImmediate(fields) && base > once) {
    const instead = takesAtOnce(fields) ? ', or place it as a limit order' : ''
    const message = `The pool fills at most ${sizeOf(once, market)} ${market.baseSymbol} at once. Split the order${instead}.`
    return sizeRemedy('one-fill-cap', message, fields, market, once)
  }
  const room = floorStep(openInterestRoom(fields.side, market), market.stepSize)
  if (base <= room) return null
  const side = fields.side === 'buy' ? 'long' : 'short'
  if (room === 0n)
    return blocked(
      'pool-cap',
      'Pool is full',
      `The pool has taken all the ${side} ${market.baseSymbol} exposure it may. Orders that reduce a position still fill.`,
    )
  const message = `The pool has room for ${sizeOf(room, market)} ${market.baseSymbol} more ${side}.`
  return sizeRemedy('pool-cap', message, fields, market, room)
}

/** Smallest size, on a step, that reaches the market's smallest order value. */
export function smallestBase({ minNotional, price, stepSize }: MarketView): bigint {
  const base = (minNotional * ONE_BASE + price.price - 1n) / price.price
  return ((base + stepSize - 1n) / stepSize) * stepSize
}

/** The remedy sets a size in base; in other units the sentence has to do. */
function sizeRemedy(
  code: ProblemCode,
  message: string,
  fields: TicketFields,
  market: MarketView,
  size: bigint,
): Problem {
  const problem: Problem = { code, label: 'Check the size', message, field: 'size', shown: true }
  if (fields.sizeUnit !== 'base') return problem
  return { ...problem, remedy: { kind: 'size', label: `Use ${sizeOf(size, market)}`, size: baseText(size) } }
}
