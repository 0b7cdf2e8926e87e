import type { Connection } from '@solana/web3.js'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { depositTokens } from '#client/instructions/index.ts'
import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { requireLanded } from '#server/chain/index.ts'
import { startTestChain, type Trader } from '#server/chain/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { programAddresses } from './addresses.ts'
import { checkFinality } from './finality.ts'
import { catchUp, fillGaps, type IndexerContext } from './follow.ts'
import { createIndexerMetrics } from './metrics.ts'
import { createReconciler } from './reconcile.ts'
import { openGaps, readCursor } from './repo.ts'
import { dumpProjection } from './testing.ts'

/** The indexer against a real chain, and against an RPC that lies about it as a fork, a fault or a bad node would. */

const USDC = 1_000_000n
const db = await testDatabase()
const chain = await startTestChain()
const registry = createMetrics({ role: 'indexer' })
const ctx: IndexerContext = {
  connection: chain.connection,
  db,
  bus: memoryBus(),
  clock: systemClock,
  log: silentLog,
  metrics: createIndexerMetrics(registry, systemClock.now()),
  addresses: programAddresses(),
}
afterAll(() => chain.stop())

let trader: Trader
beforeAll(async () => {
  await chain.launch()
  trader = await chain.trader(1_000n * USDC)
  await catchUp(ctx)
})

let deposits = 0n
/** No two of the same amount: equal transactions of one slot would be one transaction. */
async function deposit(about: bigint): Promise<void> {
  deposits += 1n
  const amount = about + deposits
  const authority = trader.keypair.publicKey
  await chain.cheats.setTokenAccount(authority, LOCALNET_USDC_MINT, amount)
  requireLanded(
    await trader.sender.send([
      depositTokens({ authority, subAccount: trader.subAccount, mint: LOCALNET_USDC_MINT, amount }),
    ]),
    'deposit',
  )
}

/** The connection with some of its answers changed. */
function lying(lies: Partial<Record<keyof Connection, (...args: never[]) => unknown>>): IndexerContext {
  const connection = new Proxy(chain.connection, {
    get: (target, name) => {
      const lie = lies[name as keyof Connection]
      if (lie !== undefined) return lie
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return { ...ctx, connection }
}

/** Resolves when everything that is confirmed now is final. */
async function finalizedNow(): Promise<void> {
  const slot = await chain.connection.getSlot('confirmed')
  await chain.cheats.timeTravel({ absoluteSlot: slot + 64 })
  const isFinal = async () => (await chain.connection.getSlot('finalized')) >= slot
  expect(await pollUntil(isFinal, { timeoutMs: 15_000 })).toBe(true)
}

async function newestSignature(): Promise<string> {
  const row = await db
    .selectFrom('chain.transactions')
    .select('signature')
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return row.signature
}

async function pending(): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from chain.transactions where not finalized`.execute(db)
  return rows[0]?.n ?? 0
}

describe('finality', () => {
  it('comes to what is recorded when the cluster has finalized it', async () => {
    await deposit(5n * USDC)
    await catchUp(ctx)
    expect(await pending()).toBeGreaterThan(0)
    await finalizedNow()
    await checkFinality(ctx)
    expect(await pending()).toBe(0)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from chain.undo`.execute(db)
    expect(rows).toEqual([{ n: 0 }])
  })

  it('puts the rows back when the finalized chain does not have a confirmed transaction, and reads the chain again', async () => {
    const before = await dumpProjection(db)
    await deposit(7n * USDC)
    await catchUp(ctx)
    const real = await dumpProjection(db)
    const dropped = await newestSignature()
    await finalizedNow()
    const resumed: unknown[] = []
    ctx.bus.subscribe('bus.resumed', (message) => resumed.push(message))
    const forked = lying({
      getSignatureStatuses: async (signatures: string[]) => {
        const answer = await chain.connection.getSignatureStatuses(signatures, { searchTransactionHistory: true })
        return { ...answer, value: answer.value.map((one, at) => (signatures[at] === dropped ? null : one)) }
      },
      getTransaction: async (signature: string) =>
        signature === dropped
          ? null
          : chain.connection.getTransaction(signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 }),
    })
    await checkFinality(forked)
    expect(await dumpProjection(db)).toEqual(before)
    expect(resumed).toHaveLength(1)
    const alerts = await db.selectFrom('app.system_events').select(['source', 'kind']).execute()
    expect(alerts).toContainEqual({ source: 'indexer', kind: 'fork' })
    // The real chain has it after all: the reader went back far enough to find it.
    await catchUp(ctx)
    expect(await dumpProjection(db)).toEqual(real)
    await checkFinality(ctx)
  })

  it('takes nothing back for an RPC that has not come so far, or has lost its history', async () => {
    await deposit(3n * USDC)
    await catchUp(ctx)
    const before = await dumpProjection(db)
    await finalizedNow()
    const nothing = (slot: number) => async (signatures: string[]) => ({
      context: { slot },
      value: signatures.map(() => null),
    })
    await checkFinality(lying({ getSignatureStatuses: nothing(1) }))
    const slot = await chain.connection.getSlot('confirmed')
    await checkFinality(
      lying({
        getSignatureStatuses: nothing(slot),
        getTransaction: async () => null,
        getFirstAvailableBlock: async () => slot + 1,
      }),
    )
    expect(await dumpProjection(db)).toEqual(before)
    expect(await pending()).toBeGreaterThan(0)
    await checkFinality(ctx)
    expect(await pending()).toBe(0)
  })
})

describe('reading', () => {
  it('goes on from the slot of a cursor that a fork dropped, not from the beginning of the chain', async () => {
    await catchUp(ctx)
    const cursor = await readCursor(db)
    await sql`update chain.cursors set signature = ${'1'.repeat(64)} where name = 'program'`.execute(db)
    await deposit(2n * USDC)
    const asked: string[] = []
    await catchUp(
      lying({
        getTransaction: async (signature: string, options: never) => {
          asked.push(signature)
          return chain.connection.getTransaction(signature, options)
        },
      }),
    )
    expect(asked.length).toBeLessThanOrEqual(3)
    expect((await readCursor(db))?.slot).toBeGreaterThan(cursor?.slot ?? 0)
  })

  it('counts what it cannot read with the reason, goes on, and finds it later by the gap it left', async () => {
    await deposit(USDC)
    await deposit(2n * USDC)
    const damages: Record<string, (response: Record<string, unknown>) => unknown> = {
      'no-inner-instructions': (meta) => ({ ...meta, innerInstructions: null }),
      malformed: (meta) => ({ ...meta, innerInstructions: [{ index: 0, instructions: [{ data: '0OIl' }] }] }),
    }
    const signatures = (
      await chain.connection.getSignaturesForAddress(trader.keypair.publicKey, { limit: 2 }, 'confirmed')
    ).map(({ signature }) => signature)
    await catchUp(
      lying({
        getTransaction: async (signature: string, options: never) => {
          const response = await chain.connection.getTransaction(signature, options)
          const damage = Object.values(damages)[signatures.indexOf(signature)]
          if (damage === undefined || response === null) return response
          return { ...response, meta: damage(response.meta as never) }
        },
      }),
    )
    const text = await registry.expose()
    for (const reason of Object.keys(damages))
      expect(text).toContain(`quantdesk_indexer_refused_total{reason="${reason}",role="indexer"} 1`)

    // Whoever comes next shows what is missing.
    await deposit(USDC)
    await catchUp(ctx)
    expect((await openGaps(db)).length).toBeGreaterThan(0)
    await fillGaps(ctx)
    expect(await openGaps(db)).toEqual([])
  })

  it('waits for a transaction that is listed and not served, but not for ever', async () => {
    await deposit(USDC)
    const silent = lying({ getTransaction: async () => null })
    const unserved = new Map<string, number>()
    for (let round = 1; round < 5; round += 1)
      await expect(catchUp(silent, undefined, unserved)).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' })
    await catchUp(silent, undefined, unserved)
    expect(await registry.expose()).toContain('reason="not-served",role="indexer"} 1')
    await deposit(USDC)
    await catchUp(ctx)
    await fillGaps(ctx)
    expect(await openGaps(db)).toEqual([])
  })

  it('reads events whole where a validator cut the logs: they are not in the logs', async () => {
    await deposit(USDC)
    const cut = lying({
      getTransaction: async (signature: string, options: never) => {
        const response = await chain.connection.getTransaction(signature, options)
        return response && { ...response, meta: { ...response.meta, logMessages: ['Log truncated'] } }
      },
    })
    await catchUp(cut)
    const reconciled = await createReconciler(ctx, () => catchUp(ctx))()
    expect(reconciled.different).toEqual([])
  })
})

describe('reconciliation', () => {
  const reconcile = createReconciler(ctx, () => catchUp(ctx))

  it('finds every account equal to its rows', async () => {
    const { equal, different, undecided } = await reconcile()
    expect({ different, undecided }).toEqual({ different: [], undecided: 0 })
    // Exchange, pool, insurance, and at least one vault, market and sub-account.
    expect(equal).toBeGreaterThanOrEqual(6)
  })

  it('is not disturbed by events in flight', async () => {
    const late = lying({
      getMultipleAccountsInfo: async (...args: Parameters<Connection['getMultipleAccountsInfo']>) => {
        const accounts = await chain.connection.getMultipleAccountsInfo(...args)
        await deposit(USDC)
        return accounts
      },
    })
    const { different, undecided } = await createReconciler(late, () => catchUp(ctx))()
    expect(different).toEqual([])
    // The trader's account and the vault.
    expect(undecided).toBe(2)
  })

  it('tells of a row that is not what the chain says, by fact', async () => {
    await sql`update user_balances set amount = amount + 1 where sub_account = ${trader.subAccount}`.execute(db)
    const { different } = await reconcile()
    expect(different).toEqual([trader.subAccount])
    const event = await db
      .selectFrom('app.system_events')
      .select(['level', 'message', 'details'])
      .where('kind', '=', `difference:${trader.subAccount}`)
      .executeTakeFirstOrThrow()
    expect(event).toMatchObject({
      level: 'error',
      message: expect.stringContaining(`balance ${LOCALNET_USDC_MINT.toBase58()}`),
    })
    expect(await registry.expose()).toContain('quantdesk_indexer_different_accounts{role="indexer"} 1')
    await sql`update user_balances set amount = amount - 1 where sub_account = ${trader.subAccount}`.execute(db)
    expect((await reconcile()).different).toEqual([])
  })

  it('tells of rows that stay behind their account', async () => {
    await deposit(USDC)
    const deaf = createReconciler(ctx, async () => undefined)
    expect((await deaf()).different).toEqual([])
    expect((await deaf()).different).toContain(trader.subAccount)
    await catchUp(ctx)
    expect((await reconcile()).different).toEqual([])
  })
})
