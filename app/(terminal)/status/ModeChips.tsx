'use client'
import { t } from '#app/i18n/t.ts'
import { useRpcLatency, useRpcUrl } from '../../data/rpc.ts'
import { useSystemConfig } from '../../data/system.ts'
import { formatLatency } from '../../ui/format.ts'
import { Chip, Dot } from '../../ui/Tag.tsx'

const CLUSTER_NAME = { localnet: 'Localnet', devnet: 'Devnet', 'mainnet-beta': 'Mainnet' } as const

/** Whether prices are replayed, and which chain this is. */
export function ModeChips() {
  const config = useSystemConfig()
  const rpcUrl = useRpcUrl()
  const latency = useRpcLatency()
  if (config === undefined) return null
  return (
    <>
      <ReplayChip />
      <Chip title={t('Chain: {url}', { url: rpcUrl ?? '' })}>
        <Dot tone={latency === null ? 'down' : latency === undefined ? 'plain' : 'up'} />
        {CLUSTER_NAME[config.cluster]}
        {latency === null ? ` ${t('no answer')}` : latency === undefined ? '' : ` ${formatLatency(latency)}`}
      </Chip>
    </>
  )
}

export function ReplayChip() {
  const mode = useSystemConfig()?.oracleMode
  if (mode !== 'replay') return null
  return (
    <Chip tone="warn" title={t("Prices are recorded real prices, played again. They are not today's market.")}>
      {t('Replay')}
    </Chip>
  )
}
