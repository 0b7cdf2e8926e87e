import { NATIVE_MINT, TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { Keypair, type PublicKey } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, type Receipt, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, feedId, USD } from './params.ts'
import { NEW_RECEIVER, type PriceUpdate, priceUpdateData, RECEIVER } from './price-update.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)

type Change = Partial<PriceUpdate> & { owner?: PublicKey; data?: Buffer }

/** A fresh update one second later, changed; market 0 unless told. */
function update(world: World, { owner = RECEIVER, data, ...change }: Change, accounts = {}): Receipt {
  const key = Keypair.generate().publicKey
  const bytes =
    data ?? priceUpdateData({ feedId: feedId('SOL'), price: 150n * USD, publishTime: world.svm.now, ...change })
  world.svm.setAccount(key, owner, bytes)
  return world.call(
    'updateOraclePrice',
    {},
    { priceUpdate: key, market: addresses.market(0), tokenVault: null, ...accounts },
  )
}

function later(seconds = 1): World {
  const world = base.fork()
  world.svm.setTime(world.svm.now + seconds)
  return world
}

test.each<[string, Change, string]>([
  ['of another program', { owner: TOKEN_PROGRAM_ID }, 'PriceWrongOwner'],
  ['that is too short', { data: Buffer.alloc(132) }, 'PriceUnreadable'],
  ['with another discriminator', { discriminator: new Uint8Array(8) }, 'PriceUnreadable'],
  ['verified in part', { verification: 0 }, 'PriceNotVerified'],
  ['of another feed', { feedId: feedId('BTC') }, 'PriceWrongFeed'],
  ['with a price of zero', { price: 0n }, 'PriceNotPositive'],
  ['with a negative average', { emaPrice: -1n }, 'PriceNotPositive'],
  ['that rounds to zero', { price: 1n, exponent: -18 }, 'PriceNotPositive'],
  ['with a positive exponent', { exponent: 1 }, 'PriceExponent'],
  ['with an exponent below −18', { exponent: -19 }, 'PriceExponent'],
  ['beyond any number', { price: 2n ** 62n, exponent: 0 }, 'MathOverflow'],
])('an update %s is refused', (_, change, error) => {
  expectRefusal(update(later(), change), error)
})

test('an update must be newer, and at most a minute ahead of the clock', () => {
  const world = later()
  expectRefusal(update(world, { publishTime: world.svm.now - 1 }), 'PriceNotNewer')
  expectRefusal(update(world, { publishTime: world.svm.now + 61 }), 'PriceFromFuture')
  succeeded(update(world, { publishTime: world.svm.now + 60 }))
  expectRefusal(update(world, { publishTime: world.svm.now + 60 }), 'PriceNotNewer')
})

test('both generations of the receiver are believed', () => {
  const world = later()
  succeeded(update(world, { owner: NEW_RECEIVER }))
})

test('exponents are scaled exactly: price down, confidence up', () => {
  const world = later()
  succeeded(
    update(world, { price: 15_012_345_678_912n, confidence: 1_000_001n, emaPrice: 15_000_000_000_000n, exponent: -11 }),
  )
  expect(world.market(0).price).toMatchObject({
    price: 150_123_456n,
    confidence: 11n,
    emaPrice: 150_000_000n,
    quality: 0,
  })
})

test('one update serves a market and a vault; it is refused only when new for neither', () => {
  const world = later()
  const both = { tokenVault: addresses.tokenVault(NATIVE_MINT) }
  succeeded(update(world, {}))
  succeeded(update(world, {}, both))
  expect(world.vault(NATIVE_MINT).price.publishTime).toBe(BigInt(world.svm.now))
  expectRefusal(update(world, {}, both), 'PriceNotNewer')
  expectRefusal(update(world, {}, { market: null }), 'PriceNotNewer')
})

test('the quote vault has no price, and a vault takes only its own feed', () => {
  const world = later()
  expectRefusal(update(world, {}, { market: null, tokenVault: addresses.tokenVault(world.usdcMint) }), 'PriceWrongFeed')
  expectRefusal(update(world, {}, { market: addresses.market(1) }), 'PriceWrongFeed')
})

test.each<[string, Change, number]>([
  ['valid', {}, 0],
  ['uncertain', { confidence: 750_001n }, 3],
  ['volatile', { emaPrice: 136n * USD }, 4],
  ['extreme', { emaPrice: 99n * USD }, 5],
])('an update is cached with its state: %s', (_, change, quality) => {
  const world = later()
  succeeded(update(world, change))
  expect(world.market(0).price.quality).toBe(quality)
})

test('an older good price cannot replace a newer unsure one', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 149n * USD }))
  world.svm.setTime(world.svm.now + 2)
  succeeded(update(world, { price: 148n * USD, confidence: 5n * USD }))
  expectRefusal(update(world, { price: 148n * USD, publishTime: world.svm.now - 1 }), 'PriceNotNewer')
  expectRefusal(world.execute(alice, 0), 'PriceUncertain')
})

test('far from its average a price opens nothing and still closes', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 2n * BASE)
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 160n * USD }))
  succeeded(world.place(alice, 0, { side: { sell: {} }, size: BASE, limitPrice: 140n * USD, reduceOnly: true }))
  world.svm.setTime(world.svm.now + 2)
  world.publish({}, { emaPrice: 130n * USD })
  expectRefusal(world.execute(alice, 0, { orderId: 2n }), 'PriceVolatile')
  succeeded(world.execute(alice, 0, { orderId: 3n }))
  checkLedger(world)
})

test('funding accrues per second, forgives what exceeds an hour, and skips an unsure price', () => {
  const world = base.fork()
  const settle = () => succeeded(world.call('settleFunding', {}, { market: addresses.market(0) }))
  settle()
  const start = world.market(0).funding.indexLong
  world.svm.setTime(world.svm.now + 3_600)
  expect(settle().events).toMatchObject([
    { name: 'fundingAccrued', data: { elapsedS: 3_600n, forgivenS: 0n, rateDaily: 30_000n } },
  ])
  // oracle / 5000 per day for an hour: 30 000 × 1000 / 24.
  expect(world.market(0).funding.indexLong - start).toBe(1_250_000n)
  world.svm.setTime(world.svm.now + 5_000)
  expect(settle().events).toMatchObject([{ data: { elapsedS: 5_000n, forgivenS: 1_400n } }])
  world.publish({}, { confidence: 5n * USD })
  const unsure = world.market(0).funding.indexLong
  world.svm.setTime(world.svm.now + 60)
  expect(settle().events).toMatchObject([{ data: { forgivenS: 60n } }])
  expect(world.market(0).funding.indexLong).toBe(unsure)
  const again = settle().events
  expect(again).toMatchObject([{ data: { elapsedS: 0n, sequence: world.market(0).sequence } }])
})
