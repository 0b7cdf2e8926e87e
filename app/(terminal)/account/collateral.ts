import { useQuery } from '@tanstack/react-query'
import { loadExchange } from '#app/wallet/exchange.ts'
import { useAuthority } from '#app/wallet/store.ts'
import type { CollateralTerms } from './portfolio.ts'

const NONE: readonly CollateralTerms[] = []
const REFRESH_MS = 60_000
const LONGEST_RETRY_MS = 15_000

/**
 * How tokens other than USDC count as collateral, read from their vaults on the chain. Without a wallet they are read only
 * where `needed`: for another's account.
 */
export function useCollateralTerms(needed = false): readonly CollateralTerms[] {
  const authority = useAuthority()
  return (
    useQuery({
      queryKey: ['collateral-terms'],
      queryFn: readTerms,
      enabled: needed || authority !== null,
      staleTime: REFRESH_MS,
      refetchInterval: REFRESH_MS,
      // Without the terms no margin is known and nothing can be traded, so it never gives up.
      retry: true,
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, LONGEST_RETRY_MS),
    }).data ?? NONE
  )
}

/** SOL is priced by the feed of its own market. */
async function readTerms(): Promise<readonly CollateralTerms[]> {
  const { SOL_MINT, solVault } = await loadExchange()
  const vault = await solVault()
  if (vault === null) return NONE
  return [
    {
      mint: SOL_MINT,
      market: 'SOL-PERP',
      decimals: vault.decimals,
      initialWeight: vault.params.initialWeightBps,
      maintenanceWeight: vault.params.maintenanceWeightBps,
    },
  ]
}
