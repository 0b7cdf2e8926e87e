import type { Connection } from '@solana/web3.js'
import { QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import { poolValue } from '#client/pool-value.ts'
import { readLedger } from '#server/chain/index.ts'
import { insertPoolSnapshot } from '#server/exchange/index.ts'
import type { RoleContext } from '#server/platform/role.ts'
import type { Job } from './run-job.ts'

const EVERY_MS = 300_000

/** Keeps what the pool is worth: its share price between the requests, which say it too. */
export function poolValueJob({ db, clock }: Pick<RoleContext, 'db' | 'clock'>, connection: Connection): Job {
  return {
    name: 'pool-values',
    everyMs: EVERY_MS,
    run: async () => {
      const { pool, vaults, markets } = await readLedger(connection)
      const quoteVault = vaults.find(({ index }) => index === QUOTE_VAULT_INDEX)
      if (quoteVault === undefined) return
      const nowMs = clock.now()
      const netAssetValue = poolValue(pool, quoteVault, markets, BigInt(Math.floor(nowMs / 1000)))
      await insertPoolSnapshot(db, { epoch: pool.epoch, shares: pool.shares, netAssetValue }, nowMs)
    },
  }
}
