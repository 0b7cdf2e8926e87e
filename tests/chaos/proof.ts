import type { Connection } from '@solana/web3.js'
import { sql } from 'kysely'
import { accountName, decodeSubAccount } from '#client/accounts.ts'
import { PROGRAM_ID } from '#client/pda.ts'
import { checkLedger } from '#client/solvency.ts'
import { readLedger } from '#server/chain/index.ts'
import { catchUp, createIndexerMetrics, programAddresses, rebuildProjection } from '#server/indexer/index.ts'
import { openGaps } from '#server/indexer/repo.ts'
import { dumpProjection } from '#server/indexer/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { createDb, type Db } from '#server/platform/db/index.ts'
import { migrate } from '#server/platform/db/migrate.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import type { DataPlane } from './data-plane.ts'
import type { Told } from './traffic.ts'

/** Every sentence is empty when the promise holds; else it says what was lost, doubled or wrong. */
export type Findings = Record<string, string[]>
export type Proof = { findings: Findings; events: number; fills: number; accounts: number }

/** A role may wait for an answer that was lost, and its successor for its lease. */
const SETTLE_MS = 60_000
const STATUS_PAGE = 200
const MOVERS = ['keeper', 'ingest'] as const

/**
 * What must be true once the trouble is over and traffic has stopped:
 * the chain kept its word to every wallet; the projection, made through all the crashes, is row for row the one that an
 * indexer makes which never met any; it is also what a rebuild makes; no order was filled twice; money is conserved.
 */
export async function prove(plane: DataPlane, told: readonly Told[]): Promise<Proof> {
  const live = createDb({ url: plane.databaseUrl, log: silentLog, maxConnections: 3 })
  const calm = await calmDatabase(live, plane.databaseUrl)
  // Nothing moves the chain any more, so that there is one moment at which both can be looked at.
  for (const part of MOVERS) plane.freeze(part, true)
  try {
    const { connection } = plane.chain
    const differences = await waitForAgreement(connection, live, calm)
    const before = await dumpProjection(calm)
    await rebuildProjection(calm, programAddresses(), systemClock.now())
    const findings: Findings = {
      'the chain kept its word': await brokenWords(connection, told),
      'the projection is that of a calm indexer': differences,
      'the projection is what a rebuild makes': differenceOf(before, await dumpProjection(calm)),
      'no event is missing': (await openGaps(live)).map((gap) => JSON.stringify(gap)),
      'every account is as its row says': await staleAccounts(connection, live),
      'no order was filled twice': await overfilledOrders(live),
      'money is conserved': checkLedger(await readLedger(connection))
        .filter(({ holds }) => !holds)
        .map(({ name, difference }) => `${name}: off by ${difference}`),
    }
    const count = async (table: string) =>
      Number((await sql<{ n: string }>`select count(*) as n from ${sql.table(table)}`.execute(live)).rows[0]?.n)
    return {
      findings,
      events: await count('chain.program_events'),
      fills: await count('trades'),
      accounts: await count('sub_accounts'),
    }
  } finally {
    for (const part of MOVERS) plane.freeze(part, false)
    await Promise.all([live.destroy(), calm.destroy()])
  }
}

async function calmDatabase(live: Db, databaseUrl: string): Promise<Db> {
  const name = `calm_${crypto.randomUUID().slice(0, 8)}`
  await sql`create database ${sql.id(name)}`.execute(live)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  await migrate({ url: url.href, log: silentLog })
  return createDb({ url: url.href, log: silentLog, maxConnections: 3 })
}

/** The live indexer may be a few events behind: both are read until they agree. */
async function waitForAgreement(connection: Connection, live: Db, calm: Db): Promise<string[]> {
  const ctx = {
    connection,
    db: calm,
    bus: memoryBus(),
    clock: systemClock,
    log: silentLog,
    metrics: createIndexerMetrics(createMetrics({ role: 'indexer' }), systemClock.now()),
    addresses: programAddresses(),
  }
  await catchUp(ctx)
  let differences: string[] = []
  const agree = async () => {
    await catchUp(ctx)
    differences = differenceOf(await everything(calm), await everything(live))
    return differences.length === 0
  }
  await pollUntil(agree, { timeoutMs: SETTLE_MS, everyMs: 250 })
  return differences
}

async function everything(db: Db): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ row: string }>`
    select concat_ws(' ', signature, path, kind, slot, md5(data)) as row
    from chain.program_events join chain.transactions using (signature) order by 1`.execute(db)
  return { ...(await dumpProjection(db)), 'chain.program_events': rows.map(({ row }) => row) }
}

function differenceOf(expected: Record<string, string[]>, found: Record<string, string[]>): string[] {
  return Object.keys(expected).flatMap((table) => {
    const [want, have] = [new Set(expected[table]), new Set(found[table])]
    return [
      ...[...want].filter((row) => !have.has(row)).map((row) => `${table} lacks ${row}`),
      ...[...have].filter((row) => !want.has(row)).map((row) => `${table} has ${row}`),
      ...(want.size === have.size && expected[table]?.length !== found[table]?.length
        ? [`${table} has rows twice`]
        : []),
    ]
  })
}

/**
 * Landed means landed for ever, expired and refused mean never. An unknown fate may be either. The same act again within
 * one blockhash is the same transaction: what was refused then may land when it is sent once more.
 */
async function brokenWords(connection: Connection, attempts: readonly Told[]): Promise<string[]> {
  const broken: string[] = []
  const landed = new Set(attempts.filter(({ kind }) => kind.startsWith('landed')).map(({ signature }) => signature))
  const told = attempts.filter(({ signature, kind }) => kind !== 'refused' || !landed.has(signature))
  for (let at = 0; at < told.length; at += STATUS_PAGE) {
    const page = told.slice(at, at + STATUS_PAGE)
    const { value } = await connection.getSignatureStatuses(
      page.map(({ signature }) => signature),
      { searchTransactionHistory: true },
    )
    for (const [index, { signature, kind }] of page.entries()) {
      const status = value[index] ?? null
      const found = status === null ? 'never landed' : status.err === null ? 'landed-ok' : 'landed-failed'
      const wasNever = kind === 'expired' || kind === 'refused'
      if (kind !== 'unknown' && found !== (wasNever ? 'never landed' : kind))
        broken.push(`${signature}: told ${kind}, ${found}`)
    }
  }
  return broken
}

async function staleAccounts(connection: Connection, db: Db): Promise<string[]> {
  const rows = await db.selectFrom('sub_accounts').select(['address', 'sequence']).execute()
  const sequences = new Map(rows.map(({ address, sequence }) => [address, sequence]))
  const accounts = await connection.getProgramAccounts(PROGRAM_ID, 'confirmed')
  return accounts
    .filter(({ account }) => accountName(account.data) === 'SubAccount')
    .map(({ pubkey, account }) => ({ address: pubkey.toBase58(), sequence: decodeSubAccount(account.data).sequence }))
    .filter(({ address, sequence }) => sequences.get(address) !== sequence)
    .map(({ address, sequence }) => `${address} is at ${sequence}, its row at ${sequences.get(address)}`)
}

async function overfilledOrders(db: Db): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`
    select format('%s #%s: filled %s, its fills sum to %s', o.sub_account, o.order_id, o.filled, coalesce(sum(t.size), 0)) as text
    from orders o left join trades t using (sub_account, order_id)
    group by o.sub_account, o.order_id, o.filled, o.size
    having coalesce(sum(t.size), 0) <> o.filled`.execute(db)
  return rows.map(({ text }) => text)
}
