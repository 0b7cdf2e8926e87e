import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PublicKey } from '@solana/web3.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePriceUpdate, encodePriceUpdate, PYTH_RECEIVERS } from '#client/price-update.ts'
import { localnetCheats } from '#server/chain/index.ts'
import { type LocalnetNode, startNode } from '#server/localnet/node.ts'
import { systemClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { ORACLE_FEEDS } from '../feeds.ts'
import { failureOf } from '../source.ts'
import { listen } from '../testing.ts'
import { pythPushAccounts, readPriceAccount } from './push-accounts.ts'
import { EXPECTED, fixtureBytes } from './testing.ts'

const [SOL] = ORACLE_FEEDS
const [OLD, NEW] = PYTH_RECEIVERS
const FULL = [
  '22-account-priceupdatev2-sol-2024-06-18-full.bin',
  '23-account-priceupdatev2-sol-2024-07-09-full.bin',
  '29-account-priceupdatev2-sol-2025-01-04-full.bin',
]
const PARTIAL = [
  '24-account-priceupdatev2-sol-2024-12-19-partial.bin',
  '28-account-priceupdatev2-sol-2024-12-20-partial.bin',
]

describe('a recorded price account', () => {
  const read = (data: Uint8Array, owner: string = OLD) =>
    readPriceAccount({ owner: new PublicKey(owner), data: Buffer.from(data) }, { feedId: SOL.feedId, receiver: OLD })

  it.each(FULL)('%s holds what its manifest says', (name) => {
    const expected = EXPECTED[name] as unknown as Record<string, string | number>
    expect(read(fixtureBytes(name))).toMatchObject({
      feedId: expected.feed_id,
      price: BigInt(expected.price!),
      confidence: BigInt(expected.conf!),
      exponent: expected.expo,
      publishTime: BigInt(expected.publish_time!),
      prevPublishTime: BigInt(expected.prev_publish_time!),
      emaPrice: BigInt(expected.ema_price!),
      postedSlot: BigInt(expected.posted_slot!),
    })
  })

  it.each(PARTIAL)('%s is only partly verified and not believed', (name) => {
    expect(read(fixtureBytes(name))).toMatchObject({ refusal: 'not-verified' })
  })

  it('of another owner, or of another feed, is not believed', () => {
    const data = fixtureBytes(FULL[1]!)
    expect(read(data, PublicKey.default.toBase58())).toMatchObject({ refusal: 'wrong-owner' })
    expect(read(data, NEW)).toMatchObject({ refusal: 'wrong-owner' })
    expect(read(fixtureBytes('21-account-priceupdatev2-bonk-2024-05-30-full.bin'))).toMatchObject({
      refusal: 'unknown-feed',
    })
  })

  it('that is anything else is refused, never thrown', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FULL),
        fc.nat({ max: 140 }),
        fc.array(fc.tuple(fc.nat({ max: 133 }), fc.nat({ max: 255 })), { maxLength: 4 }),
        (name, length, changes) => {
          const data = fixtureBytes(name).slice(0, length)
          for (const [at, byte] of changes) if (at < data.length) data[at] = byte
          const update = read(data)
          if (!('refusal' in update)) expect(update).toEqual(decodePriceUpdate(data))
        },
      ),
      { seed: 6, numRuns: 2_000 },
    )
  })
})

describe('accounts over RPC', () => {
  let node: LocalnetNode
  let directory: string
  let cheats: ReturnType<typeof localnetCheats>
  let chain: { endpoints: { url: string; wsUrl: string }[]; clock: typeof systemClock }
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'quantdesk-push-'))
    node = await startNode({
      directory,
      now: systemClock.now,
      port: 0,
      program: undefined,
      log: silentLog,
      metrics: createMetrics({ role: 'test' }),
      onFailure: (error) => {
        throw error
      },
    })
    const rpcUrl = `http://127.0.0.1:${node.ports.http}`
    chain = { endpoints: [{ url: rpcUrl, wsUrl: `ws://127.0.0.1:${node.ports.ws}` }], clock: systemClock }
    cheats = localnetCheats(rpcUrl)
  })
  afterAll(async () => {
    await node.stop()
    await rm(directory, { recursive: true })
  })

  const write = (address: string, owner: string, data: Uint8Array) =>
    cheats.setAccount(new PublicKey(address), { owner: new PublicKey(owner), lamports: 1_823_520, data })

  it('says so when the cluster has none', async () => {
    const heard = listen(pythPushAccounts(chain, ORACLE_FEEDS))
    const failure = await heard.ended.then(() => undefined, failureOf)
    expect(failure?.reason).toMatch(/none of Pyth's price accounts: check PYTH_RPC_URL/)
  })

  it('are read from both generations, followed by push, each price once, and bad ones counted', async () => {
    const recorded = fixtureBytes(FULL[1]!)
    await write(SOL.account, OLD, recorded)
    const heard = listen(pythPushAccounts(chain, ORACLE_FEEDS))
    await heard.until(() => heard.prices.length === 1)
    expect(heard.prices[0]).toEqual({
      feedId: SOL.feedId,
      price: 14_061_593_700n,
      confidence: 13_793_699n,
      exponent: -8,
      emaPrice: 14_106_684_700n,
      publishedAt: 1_720_533_480_000,
    })
    const later = { ...decodePriceUpdate(recorded), publishTime: 1_720_533_481n, price: 14_061_593_701n }
    await write(SOL.redeployedAccount, NEW, encodePriceUpdate(later))
    await heard.until(() => heard.prices.length === 2)
    await write(SOL.account, OLD, encodePriceUpdate(later))
    await write(SOL.account, OLD, fixtureBytes(PARTIAL[0]!))
    await heard.until(() => heard.refused.length > 0)
    await heard.stop()
    expect(heard.prices.map(({ price }) => price)).toEqual([14_061_593_700n, 14_061_593_701n])
    expect(heard.refused[0]?.[0]).toBe('not-verified')
  })

  it('of an RPC that is away are a failure, not a crash', async () => {
    const away = { endpoints: [{ url: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' }], clock: systemClock }
    const failure = await listen(pythPushAccounts(away, ORACLE_FEEDS)).ended.then(() => undefined, failureOf)
    expect(failure).toMatchObject({ kind: 'unreachable' })
  })
})
