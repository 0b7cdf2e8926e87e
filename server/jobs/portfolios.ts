import type { Connection } from '@solana/web3.js'
import { summarise } from '#client/math/portfolio.ts'
import { subAccountAddress } from '#client/pda.ts'
import { portfolioOf } from '#client/portfolio-of.ts'
import { readLedger } from '#server/chain/index.ts'
import type { RoleContext } from '#server/platform/role.ts'
import { insertSnapshots, newestSnapshot, type PortfolioSnapshot } from '#server/portfolio/index.ts'
import type { Job } from './run-job.ts'

const LOOK_MS = 30_000
const HOUR_MS = 3_600_000

/** Keeps what every sub-account is worth, once an hour; a missed hour is missed, nothing knows its prices any more. */
export function portfolioJob({ db, clock }: Pick<RoleContext, 'db' | 'clock'>, connection: Connection): Job {
  return {
    name: 'portfolios',
    everyMs: LOOK_MS,
    run: async () => {
      const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS)
      const now = clock.now()
      if (hourOf((await newestSnapshot(db)) ?? 0) >= hourOf(now)) return
      // With the time it was counted, not the hour's: a deposit in between would look like a profit.
      await insertSnapshots(db, await readPortfolios(connection, now), now)
    },
  }
}

async function readPortfolios(connection: Connection, nowMs: number): Promise<PortfolioSnapshot[]> {
  const { subAccounts, markets, vaults } = await readLedger(connection)
  const byIndex = <T extends { index: number }>(accounts: readonly T[]) =>
    new Map(accounts.map((account) => [account.index, account]))
  const [marketTable, vaultTable] = [byIndex(markets), byIndex(vaults)]
  const now = BigInt(Math.floor(nowMs / 1000))
  return subAccounts
    .map((account) => ({
      subAccount: subAccountAddress(account.authority, account.id).toBase58(),
      authority: account.authority,
      ...summarise(portfolioOf(account, marketTable, vaultTable, now)),
    }))
    .filter(({ equity, notional }) => equity !== 0n || notional !== 0n)
}
