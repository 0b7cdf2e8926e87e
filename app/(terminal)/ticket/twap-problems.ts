import { t } from '#app/i18n/t.ts'
import { formatCount, formatNumber } from '#app/ui/format.ts'
import { oneFillCap } from '#client/math/index.ts'
import { notionalOf } from '../account/market-view.ts'
import { MOST_SLICES, smallestSlice } from '../twap/model.ts'
import { floorStep } from './fields.ts'
import { blocked, type Problem, type ProblemCode, type ProblemInput } from './problem.ts'
import { durationOf, LEAST_MINUTES, MOST_MINUTES, slicesOf } from './twap-terms.ts'
import { amountOf } from './words.ts'

/** A TWAP's slices are orders of their own, sent by the trading key: in time, each large enough, none too large. */
export function twapProblem(input: ProblemInput): Problem | null {
  if (input.fields.kind !== 'twap') return null
  return timeProblem(input) ?? sliceProblem(input) ?? keyProblem(input)
}

function timeProblem({ fields }: ProblemInput): Problem | null {
  const bad = (message: string): Problem => ({
    code: 'bad-duration',
    label: t('Check the time'),
    message,
    field: 'duration',
    shown: true,
  })
  if (durationOf(fields) === null) {
    const [least, most] = [formatNumber(String(LEAST_MINUTES)), formatCount(MOST_MINUTES)]
    return bad(t('Between {least} and {most} minutes.', { least, most }))
  }
  if (slicesOf(fields) !== null) return null
  return bad(t('Between 2 and {most} slices: change the time, or how often one is sent.', { most: MOST_SLICES }))
}

function sliceProblem({ fields, market, base }: ProblemInput): Problem | null {
  const slices = slicesOf(fields)
  if (slices === null || base === null || base === 0n) return null
  const smallest = floorStep(smallestSlice(base, slices, fields.randomise), market.stepSize)
  const bad = (code: ProblemCode, message: string): Problem => ({
    code,
    label: t('Check the slices'),
    message,
    field: 'size',
    shown: true,
  })
  if (smallest === 0n || (!fields.reduceOnly && notionalOf(smallest, market) < market.minNotional)) {
    return bad(
      'below-minimum',
      t(
        'The smallest of the {count} slices would be {size}, below the least an order may be worth. Take a larger size, or fewer slices.',
        { count: slices, size: amountOf(smallest, market) },
      ),
    )
  }
  const most = floorStep(oneFillCap(market.depth), market.stepSize)
  if (base / BigInt(slices) <= most) return null
  return bad(
    'one-fill-cap',
    t('The pool fills at most {size} at once. Take a smaller size, or more slices.', { size: amountOf(most, market) }),
  )
}

function keyProblem({ tradingKeyUntil }: ProblemInput): Problem | null {
  if (tradingKeyUntil !== null) return null
  return {
    ...blocked(
      'no-trading-key',
      t('Needs a trading key'),
      t(
        'Nobody is there to sign each slice, so a key of this browser has to: it can trade within limits that you set, and never withdraw.',
      ),
    ),
    remedy: { kind: 'one-click', label: t('Set it up') },
  }
}
