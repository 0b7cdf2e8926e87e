import type { Connection } from '@solana/web3.js'
import { t } from '#app/i18n/t.ts'
import { pauseWhileClosed } from '#client/rpc-socket.ts'
import { type ClusterCheck, useWallet } from './store.ts'
import { TransactionError } from './transaction-error.ts'

/** What the server says about the chain this page trades on (`system.config`). */
export type ChainConfig = {
  cluster: 'localnet' | 'devnet' | 'mainnet-beta'
  rpcUrl: string
  /** Null: derived from rpcUrl, as web3.js does it. */
  wsUrl: string | null
  programId: string
  usdcMint: string
  explorerUrl?: string | null | undefined
  features: { faucet: boolean }
}

/** Genesis hashes are what a cluster really is; names and URLs can lie. A localnet has none of these. */
const GENESIS: Record<string, ChainConfig['cluster'] | 'testnet'> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'mainnet-beta',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'devnet',
  '4uhcVJyU9pJkvQyUS88uRDiswHScVCosXcpwz87trTRz': 'testnet',
}

let config: ChainConfig | null = null
let opened: Promise<Connection> | null = null

export function configureChain(next: ChainConfig): void {
  if (config?.rpcUrl !== next.rpcUrl) {
    opened = null
    // What is known of the chain was said by another endpoint.
    useWallet.setState({ cluster: { status: 'unknown' } })
  }
  config = next
}

export function chainConfig(): ChainConfig {
  if (config === null) {
    throw new TransactionError('unreachable', {
      message: t('The server has not told which chain to use yet. Wait until the page is live, then try again.'),
    })
  }
  return config
}

/** One connection for the page; web3.js is loaded when it is first wanted. */
export function openConnection(): Promise<Connection> {
  const { rpcUrl, wsUrl } = chainConfig()
  opened ??= import('@solana/web3.js').then(({ Connection }) => {
    const options = { commitment: 'confirmed', disableRetryOnRateLimit: true } as const
    const connection = new Connection(rpcUrl, wsUrl === null ? options : { ...options, wsEndpoint: wsUrl })
    pauseWhileClosed(connection)
    return connection
  })
  return opened
}

/** Compares the RPC's genesis with the configured cluster, so that nobody signs for another network than they see. */
export async function checkCluster(): Promise<ClusterCheck> {
  const { cluster } = chainConfig()
  const check = await openConnection()
    .then((connection) => connection.getGenesisHash())
    .then(
      (genesis): ClusterCheck => {
        const found = GENESIS[genesis] ?? 'localnet'
        return found === cluster ? { status: 'ok' } : { status: 'wrong', expected: cluster, found }
      },
      (error: unknown): ClusterCheck => ({
        status: 'unreachable',
        reason: error instanceof Error ? error.message : String(error),
      }),
    )
  useWallet.setState({ cluster: check })
  return check
}

/** @throws TransactionError when the chain is not the one shown, or does not answer. */
export async function requireCluster(): Promise<void> {
  const { cluster } = useWallet.getState()
  const check = cluster.status === 'ok' ? cluster : await checkCluster()
  if (check.status === 'wrong') {
    throw new TransactionError('unreachable', {
      message: t(
        'This page trades on {cluster}, but its RPC answers for {found}. Nothing was sent: the operator must mend RPC_URL.',
        { cluster: chainConfig().cluster, found: check.found },
      ),
    })
  }
  if (check.status === 'unreachable') {
    throw new TransactionError('unreachable', {
      message: t('The chain cannot be reached. Nothing was sent and your input is kept: try again in a moment.'),
    })
  }
}

/** Link to a transaction in the configured explorer; null where no explorer knows the chain. */
export function explorerLink(signature: string): string | null {
  if (config?.explorerUrl == null) return null
  return `${config.explorerUrl}/tx/${signature}?cluster=${config.cluster}`
}
