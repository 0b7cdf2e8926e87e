/** What a trader's volume and referrer make of the fees. */
import type { Exchange, SubAccount, UserAccount } from './accounts.ts'
import { decayedVolume } from './math/fees.ts'
import { max } from './math/fixed.ts'
import type { Bps } from './units.ts'

export type FeeTerms = {
  /** Of the market's taker fee and maker rebate: the tier's shares. */
  readonly takerShare: Bps
  readonly rebateShare: Bps
  /** What a trader whom somebody referred pays less, of the tier's fee. */
  readonly refereeDiscount: Bps
}

const WHOLE: Bps = 10_000

/**
 * The fees of a trader's next fill at `now` (unix seconds). `subAccount`: the one that trades; what it traded as maker
 * counts with its owner's volume. Null for a wallet that has no account yet.
 */
export function feeTermsOf(
  { feeTiers, params }: Exchange,
  user: Pick<UserAccount, 'volume' | 'volumeAt' | 'referrer'> | null,
  now: bigint,
  subAccount?: Pick<SubAccount, 'makerVolume'>,
): FeeTerms {
  const decayed = user === null ? 0n : decayedVolume(user.volume, max(now - user.volumeAt, 0n))
  const volume = decayed + (subAccount?.makerVolume ?? 0n)
  const tier = feeTiers.findLast((candidate) => candidate.volume <= volume)
  return {
    takerShare: tier?.takerShareBps ?? WHOLE,
    rebateShare: tier?.rebateShareBps ?? WHOLE,
    refereeDiscount: user === null || user.referrer === null ? 0 : params.refereeDiscountBps,
  }
}
