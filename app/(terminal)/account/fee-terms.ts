import { useQuery } from '@tanstack/react-query'
import { ownAccount } from '#app/data/own-account.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { useAuthority } from '#app/wallet/store.ts'
import type { FeeTerms } from '#client/fee-terms.ts'

/** Volume makes a tier within minutes, not seconds. */
const REFRESH_MS = 60_000
/** The first tier's, without a referrer: what a wallet without an account pays. */
const FIRST_TIER: FeeTerms = { takerShare: 10_000, rebateShare: 10_000, refereeDiscount: 0 }

/** What the connected wallet's tier and referrer make of the fees, read from the chain; the first tier's until then. */
export function useFeeTerms(): FeeTerms {
  const authority = useAuthority()
  return (
    useQuery({
      queryKey: ['fee-terms', authority],
      queryFn: async () => (await loadExchange()).feeTerms(ownAccount(authority ?? '')),
      enabled: authority !== null,
      staleTime: REFRESH_MS,
      refetchInterval: REFRESH_MS,
    }).data ?? FIRST_TIER
  )
}
