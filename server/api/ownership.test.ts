import { type AnyTRPCProcedure, TRPCError } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestChain, type TestChain, type Trader } from '#server/chain/testing.ts'
import { Browser, newWallet, testIdentity } from '#server/identity/testing.ts'
import { startProvider } from '#server/identity/testing-provider.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import type { Principal } from '#server/platform/principal.ts'
import type { HttpExchange } from '#server/platform/procedures.ts'
import { fillOwned, type OwnedTable, ownedTables, rowsOf } from '../../supabase/testing-owned-rows.ts'
import { may, VERBS } from '../../supabase/testing-rls.ts'
import { createContext } from './context.ts'
import { createHub } from './hub.ts'
import { type JsonSchema, schemaWriter } from './json-schema.ts'
import { definitionOf, proceduresOf } from './openapi.ts'
import { createRoot, type RootParts } from './root.ts'
import { seedBob } from './testing-bob.ts'
import { TOPIC_FAMILIES, topicPatterns, topicSource } from './topics.ts'

/**
 * What Alice can do with what is Bob's: every procedure that an input tells whose or which is called by her with his. The
 * procedures and their fields come from the router, the tables from the catalogue; what no list here knows fails the test.
 */

/** Fields that say how much, when or how, and name nothing that could be somebody's. */
const VALUES = [
  ...['market', 'limit', 'from', 'to', 'stepMs', 'interval', 'before', 'window', 'range', 'year', 'timeZone', 'sort'],
  ...['label', 'method', 'scopes', 'ips', 'expiresAt', 'publicKey', 'tradingLimit', 'dataLimit', 'displayName'],
  ...['provider', 'delivery', 'role', 'kycStatus', 'riskLevel', 'channels', 'quiet', 'direction', 'repeats', 'url'],
  ...['digests', 'digestHour'],
  ...['kinds', 'enabled', 'side', 'type', 'size', 'price', 'timeInForce', 'reduceOnly', 'postOnly', 'trigger'],
  ...['triggerPrice', 'trailingDistance', 'takeProfit', 'stopLoss', 'fraction', 'priorityFee'],
  ...['reason', 'approve', 'payloadHash', 'markets', 'maxOrderNotional', 'maxDayNotional', 'maxDistanceBps'],
  ...['maxOrdersPerMinute', 'lossBudget'],
  // Count the caller's own, and the messages of this process.
  ...['subAccountId', 'lastEventId'],
]
/** What is shown here is proof by itself, whoever shows it; or a question that gives nothing away. */
const PROOFS = ['auth.refresh', 'auth.challenge', 'notifications.unsubscribe']
/** What Alice is told where it is neither NOT_FOUND nor FORBIDDEN. */
const TOLD: Readonly<Record<string, string>> = {
  'auth.signIn': 'UNAUTHENTICATED',
  'auth.confirmWithWallet': 'UNAUTHENTICATED',
  // The wallet typed there is a question of being sure, not of who asks.
  'users.delete': 'BAD_INPUT',
  // His code, which is good for him alone.
  'notifications.confirmEmail': 'BAD_INPUT',
  // Theirs are ids to skip among one's own.
  'notifications.list': 'answered',
  'intents.list': 'answered',
  'notifications.markRead': 'answered',
}

const provider = await startProvider()
const client = 'client:secret:with:colons'
const identity = await testIdentity({ GOOGLE_CLIENT: client, GITHUB_CLIENT: client }, provider.endpoints)
const { db, clock, config, log } = identity
const bus = memoryBus()
const hub = createHub({
  ...{ bus, clock, log, metrics: createMetrics({ role: 'test' }), patterns: topicPatterns(TOPIC_FAMILIES) },
  sourceOf: (name) => topicSource({ db, clock, system: () => ({}) as never }, TOPIC_FAMILIES, name),
})
const parts = { db, clock, config, log, bus }
let chain: TestChain
let root: ReturnType<typeof createRoot>
let bob: Awaited<ReturnType<typeof seedBob>>
let aliceOnChain: Trader
let tables: OwnedTable[]
let bobsIds: string[]

const call = (principal: Principal, http: HttpExchange) =>
  root.createCaller({ ...createContext(parts, 'ownership'), principal, http })

beforeAll(async () => {
  const history = tradingHistory({ traders: 1, rounds: 1 })
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: clock.now() })
  chain = await startTestChain()
  await chain.launch()
  aliceOnChain = await chain.trader(1_000_000_000n)
  // Whether the parts are well is asked by no procedure that names anything.
  root = createRoot({ hub, connection: chain.connection, identity, monitor: {} as RootParts['monitor'] })
  bob = await seedBob({ identity, provider, chain, call })
  tables = await ownedTables(db)
  await fillOwned(db, tables, bob.userId)
  const rows = Object.values(await rowsOf(db, tables, bob.userId)).flat()
  bobsIds = rows.flatMap(({ id }) => (typeof id === 'string' && UUID.test(id) ? [id] : []))
}, 60_000)
afterAll(async () => {
  hub.close()
  provider.close()
  await chain.stop()
})

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

type Field = { name: string; schema: JsonSchema; required: boolean }
const { write } = schemaWriter()
const fieldsOf = (procedure: AnyTRPCProcedure): Field[] =>
  definitionOf(procedure).inputs.flatMap((input) => {
    const { properties = {}, required = [] } = write(input, 'input')
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      schema: typeof schema === 'object' ? schema : {},
      required: required.includes(name),
    }))
  })

const naming = Object.entries(proceduresOf(createRoot({} as RootParts))).flatMap(([name, procedure]) => {
  const fields = fieldsOf(procedure)
  const { meta, type } = definitionOf(procedure)
  const names = fields.some((field) => !VALUES.includes(field.name)) && !PROOFS.includes(name)
  return names ? [{ name, fields, access: meta?.access, type }] : []
})
const isId = ({ format }: JsonSchema) => format === 'uuid'

/** Bob's own where the field names something, else any value that the schema takes. */
function valueFor(procedure: string, { name, schema, required }: Field, id: string): unknown {
  const given = bob.given[procedure]
  if (given !== undefined && Object.hasOwn(given, name)) return given[name]
  if (isId(schema)) return id
  if (schema.type === 'array' && isId(Object(schema.items))) return [id]
  if (Object.hasOwn(bob.named, name)) return Reflect.get(bob.named, name)
  if (name === 'cursor') return procedure.startsWith('account.') || procedure.startsWith('market.') ? undefined : id
  if (!VALUES.includes(name)) throw new Error(`${procedure}: is "${name}" somebody's? Say so in this test`)
  return required ? (schema.enum?.[0] ?? schema.examples?.[0] ?? schema.minimum ?? 'UTC') : undefined
}

/** One input for each of Bob's ids, or one. */
const inputsOf = (name: string, fields: readonly Field[]): Record<string, unknown>[] => {
  const inputs = bobsIds.map((id) => {
    const entries = fields.map((field) => [field.name, valueFor(name, field, id)] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  })
  return [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()]
}

async function ask(
  caller: ReturnType<typeof call>,
  name: string,
  input: unknown,
): Promise<{ told: string; answer?: unknown }> {
  let procedure: unknown = caller
  for (const part of name.split('.')) procedure = Reflect.get(Object(procedure), part)
  if (typeof procedure !== 'function') throw new TypeError(`${name} is no procedure`)
  try {
    const answer: unknown = await procedure(input)
    const isStream = typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
    if (!isStream) return { told: 'answered', answer }
    return { told: 'answered', answer: await (answer as AsyncIterable<unknown>)[Symbol.asyncIterator]().next() }
  } catch (error) {
    // A stream throws ours as it is, tRPC wraps it.
    const refusal = error instanceof TRPCError ? error.cause : error
    return { told: String(Reflect.get(Object(refusal), 'code')) }
  }
}

/** Signed in just now, so that nothing is refused for want of a confirmation, and never locked for an earlier try. */
async function newAlice() {
  const browser = new Browser(identity)
  await browser.signIn(newWallet())
  const principal = await browser.principal()
  if (principal === null) throw new Error('Alice is not signed in')
  const onChain = { ...principal, authority: aliceOnChain.keypair.publicKey.toBase58() }
  return { principal, caller: (trades = false) => call(trades ? onChain : principal, browser.exchange()) }
}

describe("a procedure called with another user's ids", () => {
  it('is found by its input', () => {
    expect(naming.length).toBeGreaterThan(30)
    expect(naming.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(TOLD)))
  })

  const closed = naming.filter(({ access, type }) => access !== 'public' || type !== 'query')
  it.each(closed)('$name refuses them, and leaves what they name as it was', async ({ name, fields }) => {
    const before = await rowsOf(db, tables, bob.userId)
    const refusals = TOLD[name] === undefined ? ['NOT_FOUND', 'FORBIDDEN'] : [TOLD[name]]
    const inputs = inputsOf(name, fields)
    expect(inputs.length).toBeGreaterThan(0)
    for (const input of inputs) {
      const alice = await newAlice()
      const { told, answer } = await ask(alice.caller(name.startsWith('trading.')), name, input)
      expect([input, refusals]).toEqual([input, expect.arrayContaining([told])])
      expect(bobsIds.filter((id) => JSON.stringify(answer ?? null).includes(id))).toEqual([])
    }
    expect(await rowsOf(db, tables, bob.userId)).toEqual(before)
  })

  const open = naming.filter(({ access, type }) => access === 'public' && type === 'query')
  it.each(open)('$name is public, and answers everybody alike', async ({ name, fields }) => {
    const [alice, nobody] = [(await newAlice()).caller(), call(null, new Browser(identity).exchange())]
    for (const input of inputsOf(name, fields)) {
      const answer = await ask(nobody, name, input)
      expect([input, answer.told]).toEqual([input, 'answered'])
      expect(await ask(alice, name, input)).toEqual(answer)
      expect(await ask(bob.call, name, input)).toEqual(answer)
    }
  })

  it('does not send a delivery of his by a webhook of hers', async () => {
    const alice = (await newAlice()).caller()
    const { id } = await alice.webhooks.create({ url: 'https://alice.example/hook', kinds: ['order.filled'] })
    const before = await rowsOf(db, tables, bob.userId)
    for (const deliveryId of bobsIds) expect(await alice.webhooks.replay({ id, deliveryId })).toEqual({ queued: 0 })
    expect(await rowsOf(db, tables, bob.userId)).toEqual(before)
  })
})

describe("the database, asked with another user's claims", () => {
  it('has rows of Bob in every table that can have some', async () => {
    const rows = await rowsOf(db, tables, bob.userId)
    const direct = tables.filter(({ relation }) => relation.columns.some(({ name }) => name === 'user_id'))
    expect(
      direct.filter(({ relation }) => rows[relation.name]?.length === 0).map(({ relation }) => relation.name),
    ).toEqual([])
    expect(bobsIds.length).toBeGreaterThan(10)
  })

  it('shows and changes none of them', async () => {
    const { principal } = await newAlice()
    const claims = { sub: principal.userId, user_role: principal.role }
    const alice = { name: 'Alice', role: 'authenticated', claims } as const
    const allowed: string[] = []
    for (const { relation, own } of tables) {
      for (const verb of VERBS.filter((one) => one !== 'insert')) {
        const rows = { owner: 'bob', condition: own(bob.userId), newRow: {} }
        const answer = await db.transaction().execute((trx) => may(trx, alice, relation, verb, rows))
        if (answer) allowed.push(`${verb} ${relation.name}`)
      }
    }
    expect(allowed).toEqual([])
  })
})
