import { PublicKey } from '@solana/web3.js'
import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { recordSystemEvent } from '#server/platform/system-events.ts'
import { type AccountState, chainState, type Difference, differences, type Names, rowStates } from './account-facts.ts'
import type { IndexerContext } from './follow.ts'

/** Sub-accounts compared in one look, beside everything that exists once. The RPC answers for 100 accounts at once. */
const ACCOUNTS_PER_LOOK = 50
const ASKED_AT_ONCE = 100

export type Reconciled = { equal: number; different: string[]; undecided: number }

/**
 * Compares accounts on the chain with their rows, a few at a time, until all have had their turn. The accounts are read
 * first and the projection then brought up to date, so an event in flight is not a difference: the rows may only be
 * newer, which their sequence shows. Rows that stay behind the chain at two looks in a row lack an event.
 */
export function createReconciler(ctx: IndexerContext, catchUp: () => Promise<void>): () => Promise<Reconciled> {
  const { connection, db, log, metrics } = ctx
  let after = ''
  let behind = new Map<string, bigint>()
  return async () => {
    const names = await readNames(db)
    const subAccounts = await nextSubAccounts(db, after)
    after = subAccounts.length < ACCOUNTS_PER_LOOK ? '' : (subAccounts.at(-1) ?? '')
    const addresses = [...(await singleAccounts(db)), ...subAccounts]
    const onChain = await readAccounts(connection, addresses)
    await catchUp()
    const inRows = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute((trx) => rowStates(trx, addresses))

    const result: Reconciled = { equal: 0, different: [], undecided: 0 }
    const nowBehind = new Map<string, bigint>()
    for (const address of addresses) {
      const data = onChain.get(address)
      const chain: AccountState | null = data === undefined ? null : chainState(data, names)
      const row = inRows.get(address) ?? null
      const verdict = compare(chain, row)
      if (verdict === 'behind' && row !== null) nowBehind.set(address, row.sequence)
      const stuck = verdict === 'behind' && behind.get(address) === row?.sequence
      if (verdict === 'equal') result.equal += 1
      else if (typeof verdict === 'string' && !stuck) result.undecided += 1
      else {
        result.different.push(address)
        await tell(ctx, address, chain, row, typeof verdict === 'string' ? [] : verdict)
      }
    }
    behind = nowBehind
    metrics.reconciled(result)
    if (result.different.length === 0) log.debug({ ...result }, 'the projection agrees with the chain')
    return result
  }
}

/**
 * `ahead`: the rows have a later event than the account that was read. `behind`: the account has one the rows lack, or is
 * gone from the chain.
 */
function compare(chain: AccountState | null, row: AccountState | null): 'equal' | 'ahead' | 'behind' | Difference[] {
  if (chain === null || row === null) return 'behind'
  if (row.sequence > chain.sequence) return 'ahead'
  if (row.sequence < chain.sequence) return 'behind'
  const found = differences(chain.facts, row.facts)
  return found.length === 0 ? 'equal' : found
}

async function tell(
  { db, log }: IndexerContext,
  address: string,
  chain: AccountState | null,
  row: AccountState | null,
  found: readonly Difference[],
): Promise<void> {
  const sequences = { chain: chain?.sequence.toString() ?? null, rows: row?.sequence.toString() ?? null }
  const message =
    found.length > 0
      ? `account ${address} and its rows differ at sequence ${sequences.chain}: ${found.map(({ fact }) => fact).join(', ')}`
      : `account ${address} is at sequence ${sequences.chain} on chain and its rows stay at ${sequences.rows}`
  const details = { address, sequences, differences: found }
  log.error(details, message)
  await recordSystemEvent(db, { source: 'indexer', kind: `difference:${address}`, level: 'error', message, details })
}

async function readAccounts(
  connection: IndexerContext['connection'],
  addresses: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  for (let start = 0; start < addresses.length; start += ASKED_AT_ONCE) {
    const batch = addresses.slice(start, start + ASKED_AT_ONCE)
    const accounts = await connection.getMultipleAccountsInfo(
      batch.map((address) => new PublicKey(address)),
      'confirmed',
    )
    for (const [at, account] of accounts.entries()) if (account !== null) found.set(batch[at] ?? '', account.data)
  }
  return found
}

async function nextSubAccounts(db: Db, after: string): Promise<string[]> {
  const rows = await db
    .selectFrom('sub_accounts')
    .select('address')
    .where('closed', '=', false)
    .where('address', '>', after)
    .orderBy('address')
    .limit(ACCOUNTS_PER_LOOK)
    .execute()
  return rows.map(({ address }) => address)
}

async function singleAccounts(db: Db): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    select address from exchange union all select address from token_vaults union all select address from markets
    union all select address from pools union all select address from insurance`.execute(db)
  return rows.map(({ address }) => address)
}

async function readNames(db: Db): Promise<Names> {
  const [markets, vaults] = await Promise.all([
    db.selectFrom('markets').select(['index', 'market']).execute(),
    db.selectFrom('token_vaults').select(['index', 'mint']).execute(),
  ])
  return {
    market: new Map(markets.map(({ index, market }) => [index, market])),
    mint: new Map(vaults.map(({ index, mint }) => [index, mint])),
  }
}
