import { useNow } from '#app/data/clock.ts'
import { useAuthority } from '#app/wallet/store.ts'
import { mayTrade, useTradingKey } from '#app/wallet/trading-key.ts'
import { useSubAccount } from '../account/use-portfolio.ts'

/**
 * Whether orders of this browser go out without asking the wallet. `ended`: its time is over · `elsewhere`: a key that
 * this browser does not hold may trade for the account.
 */
export type OneClick =
  | { state: 'off' | 'unknown' }
  | { state: 'on' | 'ended'; address: string; expiresAt: number }
  | { state: 'elsewhere'; address: string; expiresAt: number }

export function useOneClick(): OneClick {
  const authority = useAuthority()
  const kept = useTradingKey()
  const subAccount = useSubAccount()
  const key = kept.owner === authority ? kept.key : null
  const isOn = useNow((now) => mayTrade(key, subAccount, now)) ?? false
  const isOver = useNow((now) => (subAccount?.delegateExpiresAt ?? 0) <= now) ?? true
  if (subAccount === undefined) return { state: 'unknown' }
  if (subAccount?.delegate == null) return { state: 'off' }
  const known = { address: subAccount.delegate, expiresAt: subAccount.delegateExpiresAt ?? 0 }
  if (isOn) return { state: 'on', ...known }
  if (key?.address === known.address) return { state: 'ended', ...known }
  return isOver ? { state: 'off' } : { state: 'elsewhere', ...known }
}
