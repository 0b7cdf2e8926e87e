import { t } from '#app/i18n/t.ts'
import { formatUsd } from '#app/ui/format.ts'
import { oneFillCap } from '#client/math/index.ts'
import { baseText, quoteText } from '../account/decimal.ts'
import { type MarketView, notionalOf } from '../account/market-view.ts'
import { floorStep, nearestStep, type TicketFields } from './fields.ts'
import { isImmediate, takesAtOnce } from './kinds.ts'
import { misreadText } from './misread.ts'
import { blocked, type Problem, type ProblemCode, type ProblemInput, unfinished } from './problem.ts'
import { closableBase, openInterestRoom } from './size.ts'
import { amountOf, sizeOf } from './words.ts'

const ONE_BASE = 10n ** 9n

export function sizeProblem({ fields, market, sizeInput, base, prices }: ProblemInput): Problem | null {
  if ('empty' in sizeInput) return { ...unfinished('no-size', t('Enter a size')), field: 'size' }
  if ('problem' in sizeInput || base === null) {
    const field = t('size')
    return {
      code: 'bad-size',
      label: t('Check the {field}', { field }),
      message: misreadText('problem' in sizeInput ? sizeInput.problem : 'noNumber', field),
      field: 'size',
      shown: true,
    }
  }
  // What a size in USDC or percent means cannot be said before the price is there.
  if (base === 0n && Object.values(prices).some((parsed) => !('value' in parsed))) return null
  if (base % market.stepSize !== 0n) {
    const nearest = nearestStep(base, market.stepSize)
    const message = t('Sizes move in steps of {step}. Nearest: {size}.', {
      step: `${baseText(market.stepSize)} ${market.baseSymbol}`,
      size: sizeOf(nearest, market),
    })
    return sizeRemedy('size-step', message, fields, market, nearest)
  }
  if (fields.reduceOnly || (base > 0n && notionalOf(base, market) >= market.minNotional)) return null
  const smallest = smallestBase(market)
  const message = t('The smallest order is {value}, {size} now.', {
    value: formatUsd(quoteText(market.minNotional)),
    size: amountOf(smallest, market),
  })
  return sizeRemedy('below-minimum', message, fields, market, smallest)
}

export function reduceProblem({ fields, market, portfolio, base }: ProblemInput): Problem | null {
  if (!fields.reduceOnly || portfolio === null) return null
  const closable = closableBase(fields.side, market, portfolio)
  if (closable === 0n) {
    return blocked(
      'nothing-to-reduce',
      t('Nothing to reduce'),
      t(
        fields.side === 'buy'
          ? '“Reduce only” needs a short {market} position, and there is none. Untick it to open one.'
          : '“Reduce only” needs a long {market} position, and there is none. Untick it to open one.',
        { market: market.market },
      ),
    )
  }
  if (base === null || base <= closable) return null
  const message = t('The position is {size}: more than that cannot be reduced.', { size: amountOf(closable, market) })
  return sizeRemedy('reduce-too-large', message, fields, market, closable)
}

export function capProblem({ fields, market, base }: ProblemInput): Problem | null {
  if (base === null || fields.reduceOnly) return null
  const once = floorStep(oneFillCap(market.depth), market.stepSize)
  if (isImmediate(fields) && base > once) {
    const message = t(
      takesAtOnce(fields)
        ? 'The pool fills at most {size} at once. Split the order, or place it as a limit order.'
        : 'The pool fills at most {size} at once. Split the order.',
      { size: amountOf(once, market) },
    )
    return sizeRemedy('one-fill-cap', message, fields, market, once)
  }
  const room = floorStep(openInterestRoom(fields.side, market), market.stepSize)
  if (base <= room) return null
  const isBuy = fields.side === 'buy'
  if (room === 0n) {
    return blocked(
      'pool-cap',
      t('Pool is full'),
      t(
        isBuy
          ? 'The pool has taken all the long {base} exposure it may. Orders that reduce a position still fill.'
          : 'The pool has taken all the short {base} exposure it may. Orders that reduce a position still fill.',
        { base: market.baseSymbol },
      ),
    )
  }
  const message = t(isBuy ? 'The pool has room for {size} more long.' : 'The pool has room for {size} more short.', {
    size: amountOf(room, market),
  })
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
  const label = t('Check the {field}', { field: t('size') })
  const problem: Problem = { code, label, message, field: 'size', shown: true }
  if (fields.sizeUnit !== 'base') return problem
  return {
    ...problem,
    remedy: { kind: 'size', label: t('Use {value}', { value: sizeOf(size, market) }), size: baseText(size) },
  }
}
