import { sql } from 'kysely'
import { type Db, ensurePartitions } from '#server/platform/db/index.ts'

/** What a sub-account was worth, native quote units. */
export type PortfolioSnapshot = {
  subAccount: string
  authority: string
  equity: bigint
  unrealisedPnl: bigint
  notional: bigint
}

/** Keeps the snapshots of one moment once, however often it is tried. */
export async function insertSnapshots(db: Db, snapshots: readonly PortfolioSnapshot[], atMs: number): Promise<void> {
  if (snapshots.length === 0) return
  await ensurePartitions(db, 'public.portfolio_snapshots', [atMs])
  await sql`
    insert into portfolio_snapshots (sub_account, at, authority, equity, unrealised_pnl, notional)
    select sub_account, ${new Date(atMs)}, authority, equity, unrealised_pnl, notional from unnest(
      ${snapshots.map(({ subAccount }) => subAccount)}::text[],
      ${snapshots.map(({ authority }) => authority)}::text[],
      ${snapshots.map(({ equity }) => String(equity))}::numeric[],
      ${snapshots.map(({ unrealisedPnl }) => String(unrealisedPnl))}::numeric[],
      ${snapshots.map(({ notional }) => String(notional))}::numeric[]
    ) as given (sub_account, authority, equity, unrealised_pnl, notional)
    on conflict do nothing`.execute(db)
}

/** When the newest snapshots were taken; undefined before the first. */
export async function newestSnapshot(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('portfolio_snapshots')
    .select(({ fn }) => fn.max('at').as('at'))
    .executeTakeFirst()
  return row?.at?.getTime()
}
