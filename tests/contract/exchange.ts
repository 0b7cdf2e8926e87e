import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeMarket } from '#client/accounts.ts'
import { marketAddress } from '#client/pda.ts'
import { startTestApi } from '#server/api/testing.ts'
import { startTestChain, type TestChain } from '#server/chain/testing.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { fillHistory } from '#server/ingest/fill-history.ts'
import { upsertHealth } from '#server/ingest/oracle-health-repo.ts'
import { startFeed, startKeeper } from '#server/keeper/testing.ts'
import { ORACLE_FEEDS } from '#server/oracle/index.ts'
import { replaySource } from '#server/oracle/replay/source.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { startEmbeddedPostgres } from '#server/platform/db/embedded.ts'
import { createDb } from '#server/platform/db/index.ts'
import { migrate } from '#server/platform/db/migrate.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { freePort } from '#server/platform/ports.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { enableKey } from '#server/signer/keys.ts'
import { limits, newSeal, signAndSend, startSigner } from '#server/signer/testing.ts'

async function isPriced({ connection }: TestChain): Promise<boolean> {
  const account = await connection.getAccountInfo(marketAddress(0))
  return account !== null && decodeMarket(account.data).price.price > 0n
}

/** A server with a chain, a database and some history behind it, and the token of somebody who traded and lets the service sign. */
export async function startExchange(): Promise<{ url: string; token: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-contract-'))
  await chmod(dataDir, 0o711)
  const postgres = await startEmbeddedPostgres({ dataDir, port: await freePort(), log })
  await migrate({ url: postgres.url, log })
  const db = createDb({ url: postgres.url, log })
  const chain = await startTestChain()
  const bus = memoryBus()
  const feed = startFeed(bus, { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' })
  const stopKeeper = startKeeper(chain, bus)
  if (!(await pollUntil(() => isPriced(chain), { timeoutMs: 30_000 }))) throw new Error('the markets got no price')
  await fillHistory(db, replaySource(ORACLE_FEEDS, systemClock).history, Date.now())
  const prices = ORACLE_FEEDS.map(({ market, feedId }) => ({
    price: {
      market,
      feedId,
      price: 150_000_000n,
      confidence: 10_000n,
      emaPrice: 150_000_000n,
      publishedAt: Date.now(),
      source: 'replay',
      quality: 'valid',
      flags: [],
    } as const,
    receivedAt: Date.now(),
  }))
  await upsertHealth(db, prices, new Map())
  const history = tradingHistory({ traders: 3, rounds: 5 })
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  const trader = await chain.trader(1_000_000_000n)
  const authority = trader.keypair.publicKey.toBase58()
  const { id } = await db
    .insertInto('users')
    .values({ wallet: authority, referral_code: 'CONTRACT' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const principal = signedInAs({
    authority,
    userId: id,
    steppedUpAt: Date.now(),
    expiresAt: Date.now() + 86_400_000,
  })
  const token = crypto.randomUUID()
  const { connection } = chain
  const stopSigner = startSigner({ db, bus, connection, seal: newSeal() })
  const caller = { db, bus, connection, clock: systemClock, principal }
  const { transaction } = await enableKey(caller, limits({ markets: null, maxDistanceBps: 10_000 }))
  await signAndSend(connection, transaction?.transaction ?? '', trader.keypair)
  const api = await startTestApi(db, {
    bus,
    url: postgres.url,
    rpcUrl: chain.rpcUrl,
    env: { RPC_WS_URL: chain.rpcWsUrl },
    authenticate: async ({ headers }) => (headers.get('authorization') === `Bearer ${token}` ? principal : null),
  })
  return {
    url: api.url,
    token,
    stop: async () => {
      await api.stop()
      await stopSigner()
      feed.stop()
      await stopKeeper()
      await chain.stop()
      await db.destroy()
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
