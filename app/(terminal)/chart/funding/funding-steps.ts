import type { FundingStepDto } from '#server/exchange/schema.ts'
import type { Bar } from '../candles.ts'

export type FundingStep = { t: number; rate: number }

export const toFundingStep = ({ t, rateHourly }: FundingStepDto): FundingStep => ({ t, rate: Number(rateHourly) })

/**
 * The rate at each bar: the last that had accrued by its end, and null before the first. `steps` in order of time; those
 * before the first bar say what held when it began.
 */
export function ratesOf(bars: readonly Bar[], steps: readonly FundingStep[]): (number | null)[] {
  let next = 0
  let rate: number | null = null
  return bars.map(({ t }) => {
    for (let step = steps[next]; step !== undefined && step.t <= t; step = steps[next]) {
      rate = step.rate
      next += 1
    }
    return rate
  })
}
