import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PublicKey } from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePriceUpdate, PYTH_RECEIVERS } from '#client/price-update.ts'
import { connectChain, localnetCheats } from '#server/chain/index.ts'
import { type LocalnetNode, startNode } from '#server/localnet/node.ts'
import { systemClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { ORACLE_FEEDS } from '../feeds.ts'
import type { PricePublisher } from '../publish.ts'
import { localnetPublisher } from './localnet.ts'

const SECOND = 1_790_000_000
const [SOL, BTC, ETH] = ORACLE_FEEDS
let node: LocalnetNode
let directory: string
let publisher: PricePublisher
let parts: Parameters<typeof localnetPublisher>[0]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quantdesk-publish-'))
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
  const { connection } = connectChain({
    endpoints: [{ url: rpcUrl, wsUrl: `ws://127.0.0.1:${node.ports.ws}` }],
    clock: systemClock,
  })
  parts = { connection, cheats: localnetCheats(rpcUrl) }
  publisher = localnetPublisher(parts)
})
afterAll(async () => {
  await node.stop()
  await rm(directory, { recursive: true })
})

const price = (market: string, second: number, ms = 0) => ({
  market,
  price: 143_270_001n,
  confidence: 40_000n,
  emaPrice: 143_000_000n,
  publishedAt: second * 1_000 + ms,
})
const onChain = async (account: PublicKey) => {
  const info = await parts.connection.getAccountInfo(account, 'confirmed')
  return info === null ? undefined : { owner: info.owner.toBase58(), ...decodePriceUpdate(info.data) }
}

describe('publishing on the local chain', () => {
  it("writes Pyth's account: the receiver's, for this feed, with the price in Pyth's digits", async () => {
    const posted = await publisher.publish(price(SOL.market, SECOND, 500))
    expect(posted).toEqual({
      market: SOL.market,
      account: new PublicKey(SOL.account),
      publishTime: SECOND,
      prevPublishTime: SECOND - 1,
    })
    expect(await onChain(new PublicKey(SOL.account))).toMatchObject({
      owner: PYTH_RECEIVERS[0],
      feedId: SOL.feedId,
      price: 14_327_000_100n,
      confidence: 4_000_000n,
      emaPrice: 14_300_000_000n,
      exponent: -8,
      publishTime: BigInt(SECOND),
    })
  })

  it('posts one price a second, each naming the one before it', async () => {
    expect(await publisher.publish(price(SOL.market, SECOND, 999))).toBeUndefined()
    expect(await publisher.publish(price(SOL.market, SECOND - 5))).toBeUndefined()
    expect(await publisher.publish(price(SOL.market, SECOND + 1))).toMatchObject({
      publishTime: SECOND + 1,
      prevPublishTime: SECOND,
    })
    // A pause: the next price spans it, so that an order placed meanwhile still has exactly one price.
    expect(await publisher.publish(price(SOL.market, SECOND + 9))).toMatchObject({
      publishTime: SECOND + 9,
      prevPublishTime: SECOND + 1,
    })
  })

  it('goes on after a restart where the chain is', async () => {
    const restarted = localnetPublisher(parts)
    expect(await restarted.publish(price(SOL.market, SECOND + 9, 700))).toBeUndefined()
    expect(await restarted.publish(price(SOL.market, SECOND + 12))).toMatchObject({ prevPublishTime: SECOND + 9 })
  })

  it('refuses a market that has no feed', async () => {
    await expect(publisher.publish(price('DOGE-PERP', SECOND))).rejects.toThrow(
      /no price feed is published for DOGE-PERP/,
    )
  })
})

describe('the one price of an order', () => {
  it('is the first at or after the second it became eligible, also when the feed has moved on', async () => {
    for (const second of [1, 2, 5, 6]) await publisher.publish(price(BTC.market, SECOND + second))
    const cases = [
      [1, 1],
      [2, 2],
      [3, 5],
      [5, 5],
      [6, 6],
    ] as const
    for (const [eligible, expected] of cases) {
      const posted = await publisher.postTheOne(BTC.market, SECOND + eligible)
      expect(posted?.publishTime).toBe(SECOND + expected)
      const { publishTime, prevPublishTime } = (await onChain(posted?.account as PublicKey))!
      expect(prevPublishTime < SECOND + eligible && SECOND + eligible <= publishTime).toBe(true)
    }
    expect((await onChain(new PublicKey(BTC.account)))?.publishTime).toBe(BigInt(SECOND + 6))
  })

  it('is not known before it was published, and not for ever after', async () => {
    await publisher.publish(price(ETH.market, SECOND))
    expect(await publisher.postTheOne(ETH.market, SECOND + 1)).toBeUndefined()
    for (let second = 1; second <= 60; second++) await publisher.publish(price(ETH.market, SECOND + second))
    expect(await publisher.postTheOne(ETH.market, SECOND)).toBeUndefined()
    expect(await publisher.postTheOne(ETH.market, SECOND + 1)).toMatchObject({ publishTime: SECOND + 1 })
  })
})

it('says that the chain does not answer when it is away', async () => {
  const away = connectChain({
    endpoints: [{ url: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' }],
    clock: systemClock,
  })
  const lost = localnetPublisher({ connection: away.connection, cheats: localnetCheats('http://127.0.0.1:1') })
  await expect(lost.publish(price(SOL.market, SECOND))).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' })
})
