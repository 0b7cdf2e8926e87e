import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { ensurePartitions } from '../server/platform/db/index.ts'
import { testDatabase } from '../server/platform/db/testing.ts'
import {
  type Actor,
  anyRow,
  insertRow,
  may,
  type Policy,
  policies,
  type Relation,
  type Rows,
  relations,
  type Trx,
  VERBS,
  type Verb,
} from './testing-rls.ts'

/**
 * Who may do what: every role × table × verb, for a user's own rows and another's, asked of the database itself. The
 * tables come from the catalogue; one that no rule below names fails the test.
 */
const db = await testDatabase()
for (const { parent } of await db.selectFrom('app.partition_plans').select('parent').execute())
  await ensurePartitions(db, parent, [0])

const [A, B] = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b']
const signedIn = (name: string, sub: string, user_role: string): Actor => ({
  name,
  role: 'authenticated',
  claims: { sub, user_role },
})
const ACTORS: readonly Actor[] = [
  { name: 'anon', role: 'anon', claims: {} },
  signedIn('user A', A, 'user'),
  signedIn('user B', B, 'user'),
  signedIn('support', crypto.randomUUID(), 'support'),
  signedIn('risk', crypto.randomUUID(), 'risk'),
  signedIn('admin', crypto.randomUUID(), 'admin'),
  { name: 'service', role: 'service_role', claims: {} },
]
const STAFF = ['support', 'risk', 'admin']

/** What a user may do with the own rows, beyond reading them. */
const OWNED: Readonly<Record<string, readonly Verb[]>> = {
  'public.users': ['update'],
  'public.login_events': [],
  'public.user_settings': ['insert', 'update'],
  'public.notifications': ['update'],
  'public.notification_settings': [],
  'public.alert_rules': ['insert', 'update', 'delete'],
  'public.webhooks': [],
  'public.webhook_deliveries': [],
  'public.signing_keys': [],
  'public.intents': [],
}
const READ_BY_ALL = [
  ...['exchange', 'token_vaults', 'markets', 'user_accounts', 'sub_accounts', 'user_balances', 'positions', 'orders'],
  ...['order_events', 'trades', 'funding_payments', 'funding_rates', 'liquidations', 'collateral_liquidations'],
  ...['covered_losses', 'deposits_withdrawals', 'insurance', 'changes', 'pools', 'pool_events'],
  ...[
    'price_ticks',
    'candles',
    'oracle_health',
    'oracle_sources',
    'solvency_checks',
    'portfolio_snapshots',
    'pool_snapshots',
    'part_checks',
    'feature_flags',
  ],
].map((name) => `public.${name}`)
/** Chain data with the own user id beside it. */
const READ_BY_USERS = ['balances', 'positions', 'orders', 'trades'].map((name) => `public.account_${name}`)

/** The rule of a table; undefined for one that nobody has decided on. */
function expected(actor: Actor, { name, schema, kind }: Relation, verb: Verb, owner: string): boolean | undefined {
  if (actor.role === 'service_role') {
    // The migration's own record is nobody's.
    if (name === 'app.schema_migrations') return false
    if (name === 'app.audit_log') return verb === 'select' || verb === 'insert'
    return true
  }
  if (schema !== 'public') return false
  const owned = OWNED[name]
  if (owned !== undefined) {
    const own = actor.name === `user ${owner}`
    if (verb === 'select') return own || STAFF.includes(actor.name)
    return own && owned.includes(verb)
  }
  if (READ_BY_ALL.includes(name)) return verb === 'select'
  if (kind === 'view' && READ_BY_USERS.includes(name)) return verb === 'select' && actor.role === 'authenticated'
  return undefined
}

const OVERRIDES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'app.audit_log': { number: 1, details: {} },
  'app.partition_plans': { keep_days: 1 },
  'public.orders': { size: 2 },
  'app.api_keys': { scopes: '{read}', hash: `\\x${'00'.repeat(32)}` },
}
/** A user's row: `n` tells it from the others of the same user. */
function ownRow(table: Relation, user: string, n: number) {
  const text = `${user.endsWith('a') ? 'A' : 'B'}${n}`
  if (table.name === 'public.users') {
    return anyRow(table, {
      id: n === 0 ? user : crypto.randomUUID(),
      wallet: text.repeat(16).replaceAll('0', 'z'),
      referral_code: text.repeat(2),
    })
  }
  const row: Record<string, unknown> = { user_id: user }
  if (table.name === 'public.webhooks') row.url = 'https://example.com/'
  if (table.columns.some(({ name }) => name === 'id')) row.id = crypto.randomUUID()
  if (table.name === 'public.user_settings') row.settings = {}
  if (table.name === 'public.login_events') row.at = new Date(0).toISOString()
  return anyRow(table, row)
}

/** The rows a table is asked for: each user's, or all. A table that is not owned gets one row. */
function rowsOf(table: Relation): Rows[] {
  if (!(table.name in OWNED)) {
    const newRow = anyRow(table, OVERRIDES[table.name])
    return [{ owner: 'all', condition: sql`true`, newRow }]
  }
  const column = sql.ref(table.name === 'public.users' ? 'id' : 'user_id')
  return [A, B].map((user) => ({
    owner: user === A ? 'A' : 'B',
    condition: sql`${column} = ${user}`,
    // One row of settings a user: the right to add is asked of a user who has none yet.
    newRow: ownRow(table, user, 1),
  }))
}

async function seed(trx: Trx, tables: readonly Relation[]): Promise<void> {
  // Without foreign keys and triggers: any row will do.
  await sql`set local session_replication_role = replica`.execute(trx)
  for (const table of tables.filter(({ kind }) => kind === 'table')) {
    if (table.name in OWNED) for (const user of [A, B]) await insertRow(trx, table, ownRow(table, user, 0))
    else await insertRow(trx, table, anyRow(table, OVERRIDES[table.name]))
  }
  await sql`set local session_replication_role = origin`.execute(trx)
}

type Cell = { actor: string; table: string; verb: Verb; owner: string; may: boolean }

async function matrix(trx: Trx, tables: readonly Relation[], { actors = ACTORS, verbs = VERBS } = {}): Promise<Cell[]> {
  const cells: Cell[] = []
  for (const table of tables)
    for (const rows of rowsOf(table))
      for (const actor of actors)
        for (const verb of table.kind === 'view' ? (['select'] as const) : verbs)
          cells.push({
            actor: actor.name,
            table: table.name,
            verb,
            owner: rows.owner,
            may: await may(trx, actor, table, verb, rows),
          })
  return cells
}

const said = ({ actor, table, verb, owner, may: can }: Cell) =>
  `${actor} ${can ? 'may' : 'may not'} ${verb} ${table} of ${owner}`

class Undo extends Error {}
async function inTransaction(work: (trx: Trx) => Promise<void>): Promise<void> {
  await db
    .transaction()
    .execute(async (trx) => {
      await work(trx)
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
}

test('every role may do with every table what its rule says, and nothing else', async () => {
  await inTransaction(async (trx) => {
    const tables = await relations(trx)
    await seed(trx, tables)
    const undecided = tables.filter((table) => expected(ACTORS[0]!, table, 'select', 'A') === undefined)
    expect(undecided.map(({ name }) => name)).toEqual([])
    const cells = await matrix(trx, tables)
    const byName = new Map(tables.map((table) => [table.name, table]))
    const wrong = cells.filter((cell) => {
      const actor = ACTORS.find(({ name }) => name === cell.actor)!
      return cell.may !== expected(actor, byName.get(cell.table)!, cell.verb, cell.owner)
    })
    expect(wrong.map(said)).toEqual([])
    expect(cells.length).toBeGreaterThan(2_000)
  })
}, 60_000)

/** A policy made wider, and taken away: what each must change for somebody. */
function mutations({ name, table, using, check }: Policy): string[] {
  const wider = [
    ...(using === null || using === 'true' ? [] : ['using (true)']),
    ...(check === null || check === 'true' ? [] : ['with check (true)']),
  ]
  return [
    ...(wider.length > 0 ? [`alter policy ${name} on ${table} ${wider.join(' ')}`] : []),
    `drop policy ${name} on ${table}`,
  ]
}

test('each policy, made wider or taken away, changes the matrix', async () => {
  await inTransaction(async (trx) => {
    const tables = await relations(trx)
    await seed(trx, tables)
    const silent: string[] = []
    const all = await policies(trx)
    expect(all.length).toBeGreaterThan(30)
    // Policies bind neither the service role nor truncate.
    const bound = {
      actors: ACTORS.filter(({ role }) => role !== 'service_role'),
      verbs: VERBS.filter((verb) => verb !== 'truncate'),
    }
    for (const policy of all) {
      const table = tables.filter(({ name }) => name === `public.${policy.table}`)
      const before = (await matrix(trx, table, bound)).map(said)
      for (const mutation of mutations(policy)) {
        await sql`savepoint mutation`.execute(trx)
        await sql.raw(mutation).execute(trx)
        const after = (await matrix(trx, table, bound)).map(said)
        if (after.join() === before.join()) silent.push(mutation)
        await sql`rollback to savepoint mutation`.execute(trx)
      }
    }
    expect(silent).toEqual([])
  })
}, 60_000)

test('a table without row security, or without a rule, is found', async () => {
  await inTransaction(async (trx) => {
    await sql`create table public.forgotten (id uuid primary key, user_id uuid not null)`.execute(trx)
    await sql`grant select on public.forgotten to authenticated`.execute(trx)
    const table = (await relations(trx)).find(({ name }) => name === 'public.forgotten')!
    expect(expected(ACTORS[1]!, table, 'select', 'B')).toBeUndefined()
    await insertRow(trx, table, { id: crypto.randomUUID(), user_id: B })
    const rows: Rows = { owner: 'B', condition: sql`user_id = ${B}`, newRow: { id: crypto.randomUUID(), user_id: B } }
    expect(await may(trx, ACTORS[1]!, table, 'select', rows)).toBe(true)
    await sql`alter table public.forgotten enable row level security`.execute(trx)
    expect(await may(trx, ACTORS[1]!, table, 'select', rows)).toBe(false)
  })
})
