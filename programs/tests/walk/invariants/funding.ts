/** Invariant 4: nobody receives funding that nobody pays. */
import { fundingPayment } from '#client/math/funding.ts'
import type { Market } from '../mirror.ts'
import type { Step, Walk } from '../walk.ts'
import { equal, holds, touched } from './broken.ts'

/** Largest rest that rounding has left in a pot so far (quote 1e6). */
export class FundingPots {
  worst = 0n

  check(walk: Walk, step: Step): void {
    for (const { after } of touched(step, 'Market')) {
      if (after === null) continue
      const rest = this.#restOf(walk, after)
      // The pot is what has been paid and not received; settling everybody must not take it below zero.
      holds(rest >= 0n, `4: the pot of market ${after.index} would end at ${rest}`)
      if (rest > this.worst) this.worst = rest
      const { openInterestLong, openInterestShort, fundingPot } = after.ledger
      const isFlat = openInterestLong === 0n && openInterestShort === 0n
      if (isFlat) equal(fundingPot, 0n, `4: dust of market ${after.index} goes to insurance`)
    }
  }

  #restOf(walk: Walk, { index, funding, ledger }: Market): bigint {
    let rest = ledger.fundingPot
    for (const sub of walk.mirror.all('SubAccount')) {
      const position = sub.positions.find(({ marketIndex, base }) => marketIndex === index && base !== 0n)
      if (!position) continue
      const now = position.base > 0n ? funding.indexLong : funding.indexShort
      rest -= fundingPayment(position.base, now, position.lastFundingIndex)
    }
    return rest
  }
}
