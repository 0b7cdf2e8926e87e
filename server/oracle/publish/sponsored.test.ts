import { PublicKey } from '@solana/web3.js'
import { afterAll, expect, it } from 'vitest'
import { decodePriceUpdate, encodePriceUpdate, PYTH_RECEIVERS } from '#client/price-update.ts'
import { localnetCheats } from '#server/chain/index.ts'
import { startTestChain } from '#server/chain/testing.ts'
import { ORACLE_FEEDS } from '../feeds.ts'
import { fixtureBytes } from '../pyth/testing.ts'
import { sponsoredPublisher } from './sponsored.ts'

const [SOL] = ORACLE_FEEDS
const RECORDED = decodePriceUpdate(fixtureBytes('23-account-priceupdatev2-sol-2024-07-09-full.bin'))
const SECOND = Number(RECORDED.publishTime)
const price = { market: SOL.market, price: 1n, confidence: 1n, emaPrice: 1n, publishedAt: 0 }

const chain = await startTestChain()
afterAll(() => chain.stop())
const cheats = localnetCheats(chain.rpcUrl)
const write = (generation: 0 | 1, second: number, previous: number) =>
  cheats.setAccount(new PublicKey(generation === 0 ? SOL.account : SOL.redeployedAccount), {
    owner: new PublicKey(PYTH_RECEIVERS[generation]),
    lamports: 1_823_520,
    data: encodePriceUpdate({ ...RECORDED, publishTime: BigInt(second), prevPublishTime: BigInt(previous) }),
  })

it("hands on Pyth's sponsored accounts: the newer generation, each price once, and the one price of an order from either", async () => {
  const publisher = sponsoredPublisher(chain)
  expect(await publisher.publish(price)).toBeUndefined()
  await write(0, SECOND, SECOND - 1)
  expect(await publisher.publish(price)).toEqual({
    market: SOL.market,
    account: new PublicKey(SOL.account),
    publishTime: SECOND,
    prevPublishTime: SECOND - 1,
  })
  expect(await publisher.publish(price)).toBeUndefined()
  await write(1, SECOND + 7, SECOND + 5)
  expect(await publisher.publish(price)).toMatchObject({ account: new PublicKey(SOL.redeployedAccount) })
  const theOne = async (second: number) => (await publisher.postTheOne(SOL.market, second))?.publishTime
  expect([await theOne(SECOND), await theOne(SECOND + 6), await theOne(SECOND + 3)]).toEqual([
    SECOND,
    SECOND + 7,
    undefined,
  ])
  await expect(publisher.publish({ ...price, market: 'DOGE-PERP' })).rejects.toThrow(/no price feed/)
})
