'use client'
import { useEffect } from 'react'
import { useRpcLatency } from '#app/data/rpc.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { checkCluster } from './chain.ts'
import { useWallet } from './store.ts'

/** Says when the page and its RPC are not on the same chain, or the chain does not answer; silent when all is well. */
export function ClusterNotice() {
  const cluster = useWallet((wallet) => wallet.cluster)
  const latency = useRpcLatency()
  const isSilent = cluster.status === 'unreachable' || latency === null
  // Every answered probe is a reason to look again, so the notice goes when the chain is back.
  useEffect(() => {
    if (cluster.status === 'unreachable' && typeof latency === 'number') void checkCluster()
  }, [cluster.status, latency])
  if (cluster.status === 'wrong') {
    return (
      <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
        {t(
          'Wrong network: this exchange runs on {expected}, but the RPC answers for {found}. Nothing can be sent until the operator mends RPC_URL.',
          { expected: cluster.expected, found: cluster.found },
        )}
      </p>
    )
  }
  if (isSilent) {
    return (
      <div role="alert" className="flex items-center gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn text-xs">
        <p className="grow">
          {t('The chain does not answer. Figures are the last known; orders wait until it is back.')}
        </p>
        <Button size="sm" variant="outline" onClick={() => void checkCluster()}>
          {t('Check again')}
        </Button>
      </div>
    )
  }
  return null
}
