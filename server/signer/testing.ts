import { type Connection, type Keypair, VersionedTransaction } from '@solana/web3.js'
import bs58 from 'bs58'
import { sql } from 'kysely'
import { decodeMarket, decodeSubAccount } from '#client/accounts.ts'
import { marketAddress, publicKey } from '#client/pda.ts'
import { requireLanded, settleTransaction } from '#server/chain/index.ts'
import { startTestChain, type TestChain, type Trader } from '#server/chain/testing.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { startFeed, startKeeper } from '#server/keeper/testing.ts'
import { type Bus, memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import type { Log } from '#server/platform/log.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { newMasterKey, parseMasterKeys } from '#server/platform/seal/master-keys.ts'
import { createSeal, type Seal } from '#server/platform/seal/seal.ts'
import { runSigner } from './run-signer.ts'
import type { EnableInput } from './schema.ts'

export const USDC = 1_000_000n

/** A chain with prices, a keeper that fills, and a signer over the same bus as the API of a test. */
export type SigningDesk = {
  chain: TestChain
  bus: Bus
  seal: Seal
  /** The signer, over a connection that may break off anywhere. @returns how to stop it. */
  startSigner(options?: { connection?: Connection; log?: Log }): () => Promise<void>
  stop(): Promise<void>
}

export async function startSigningDesk(db: Db): Promise<SigningDesk> {
  const history = tradingHistory({ traders: 1, rounds: 1 })
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  // The history trades one market; the chain of the test has more.
  await sql`
    insert into markets select m.* from markets s, jsonb_populate_record(s, '{"market": "BTC-PERP", "index": 1, "address": "another"}') m
    where s.market = 'SOL-PERP'`.execute(db)
  const chain = await startTestChain()
  const bus = memoryBus()
  const feed = startFeed(bus, { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' })
  const stopKeeper = startKeeper(chain, bus)
  const isPriced = async () => {
    const account = await chain.connection.getAccountInfo(marketAddress(0))
    return account !== null && decodeMarket(account.data).price.price > 0n
  }
  await pollUntil(isPriced, { timeoutMs: 30_000 })
  const seal = newSeal()
  return {
    chain,
    bus,
    seal,
    startSigner: (options = {}) => startSigner({ db, bus, seal, connection: chain.connection, ...options }),
    stop: async () => {
      feed.stop()
      await stopKeeper()
      await chain.stop()
    },
  }
}

type TestSigner = { db: Db; bus: Bus; seal: Seal; connection: Connection; log?: Log }

/** The signer alone, without a lease. @returns how to stop it. */
export function startSigner({ log = silentLog, ...parts }: TestSigner): () => Promise<void> {
  const stopped = new AbortController()
  const metrics = createMetrics({ role: 'signer' })
  const running = runSigner({ ...parts, log, metrics, clock: systemClock }, stopped.signal)
  return async () => {
    stopped.abort()
    await running
  }
}

export const newSeal = (): Seal => createSeal(parseMasterKeys(newMasterKey()))

/** The trader's row as a user. */
export async function addUser(db: Db, { keypair }: Trader): Promise<string> {
  const wallet = keypair.publicKey.toBase58()
  const { id } = await db
    .insertInto('users')
    .values({ wallet, referral_code: wallet.slice(0, 12).toUpperCase() })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export const limits = (given: Partial<EnableInput> = {}): EnableInput => ({
  subAccountId: 0,
  markets: ['SOL-PERP'],
  maxOrderNotional: '1000',
  maxDayNotional: '5000',
  maxDistanceBps: 200,
  maxOrdersPerMinute: 100,
  expiresAt: Date.now() + 3_600_000,
  lossBudget: '500',
  ...given,
})

/** Signs what the API prepared as the wallet does, and sends it. */
export async function signAndSend(connection: Connection, base64: string, signer: Keypair): Promise<void> {
  const transaction = VersionedTransaction.deserialize(Buffer.from(base64, 'base64'))
  transaction.sign([signer])
  const { lastValidBlockHeight } = await connection.getLatestBlockhash()
  const signature = bs58.encode(transaction.signatures[0] ?? new Uint8Array())
  const signed = { bytes: transaction.serialize(), signature, lastValidBlockHeight }
  requireLanded(await settleTransaction(connection, signed), 'what the wallet signed')
}

export async function subAccountOf(connection: Connection, { subAccount }: Trader) {
  const account = await connection.getAccountInfo(publicKey(subAccount), 'confirmed')
  return decodeSubAccount(account?.data ?? new Uint8Array())
}
