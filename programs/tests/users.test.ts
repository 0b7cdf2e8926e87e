import { Keypair, PublicKey } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, type Receipt, succeeded, type Trader, World } from './harness.ts'
import { BASE, USD } from './params.ts'
import { expectAnchorRefusal, expectRefusal } from './refusals.ts'

const base = World.open(1)

function name(text: string | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(32)
  bytes.set(typeof text === 'string' ? Buffer.from(text) : text)
  return bytes
}

const update = (world: World, user: Trader, text: string | Uint8Array, referrer?: PublicKey): Receipt =>
  world.call(
    'updateUserAccount',
    { name: name(text) },
    { authority: user.keypair.publicKey, userAccount: user.userAccount, referrer: referrer ?? null },
    { signers: [user.keypair] },
  )

test('a name is UTF-8 of up to 32 bytes, and may be taken back', () => {
  const world = base.fork()
  const alice = world.trader(0n)
  const named = succeeded(update(world, alice, 'Ålice 🦊'))
  expect(named.events).toMatchObject([
    { name: 'userAccountUpdated', data: { userAccount: alice.userAccount, referrer: PublicKey.default } },
  ])
  expect(Buffer.from(world.userAccount(alice).name).toString()).toBe(`Ålice 🦊${'\0'.repeat(21)}`)
  succeeded(update(world, alice, 'a'.repeat(32)))
  succeeded(update(world, alice, ''))
  expectRefusal(update(world, alice, Uint8Array.of(0xc3, 0x28)), 'UserName')
  // Half a character at the end, a hole in the middle, a line break.
  expectRefusal(update(world, alice, Buffer.from('ÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅaÅ').subarray(0, 32)), 'UserName')
  expectRefusal(update(world, alice, 'a\0b'), 'UserName')
  expectRefusal(update(world, alice, 'a\nb'), 'UserName')
})

test('a referrer is another user, named once', () => {
  const world = base.fork()
  const [alice, bob, carol] = [world.trader(0n), world.trader(0n), world.trader(0n)]
  expectRefusal(update(world, alice, '', alice.userAccount), 'Referrer')
  // Not a user account: another account of the program, a wallet.
  expectAnchorRefusal(update(world, alice, '', bob.subAccount), 3002)
  expectAnchorRefusal(update(world, alice, '', bob.keypair.publicKey), 3007)
  expect(succeeded(update(world, alice, 'alice', bob.userAccount)).events).toMatchObject([
    { data: { referrer: bob.userAccount } },
  ])
  expectRefusal(update(world, alice, '', carol.userAccount), 'Referrer')
  expectRefusal(update(world, alice, '', bob.userAccount), 'Referrer')
  // Without one the name changes and the referrer stays.
  succeeded(update(world, alice, 'al'))
  expect(world.userAccount(alice).referrer).toEqual(bob.userAccount)
})

test('only its owner changes a user account', () => {
  const world = base.fork()
  const [alice, mallory] = [world.trader(0n), world.trader(0n)]
  expectRefusal(update(world, { ...alice, keypair: mallory.keypair }, 'mallory'), 'NotOwner')
})

test('a delegate has an expiry and a budget, and loses them with its right', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const bot = Keypair.generate().publicKey
  const expiry = BigInt(world.svm.now + 3_600)
  const past = world.updateSubAccount(alice, { delegate: bot, delegateExpiresAt: BigInt(world.svm.now) })
  expectRefusal(past, 'DelegateExpiry')
  const set = succeeded(
    world.updateSubAccount(alice, { delegate: bot, delegateExpiresAt: expiry, delegateBudget: 200n * USD }),
  )
  expect(set.events).toMatchObject([
    { name: 'subAccountUpdated', data: { delegate: bot, delegateExpiresAt: expiry, delegateBudget: 200n * USD } },
  ])
  expect(world.subAccount(alice)).toMatchObject({ delegateBudget: 200n * USD, delegateSpent: 0n })
  succeeded(world.updateSubAccount(alice, { delegateExpiresAt: expiry }))
  expect(world.subAccount(alice)).toMatchObject({ delegate: PublicKey.default, delegateExpiresAt: 0n })
})

test('an account without anything under way closes, and no other', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD)
  const close = () =>
    world.call(
      'closeSubAccount',
      {},
      { authority: alice.keypair.publicKey, userAccount: alice.userAccount, subAccount: alice.subAccount },
      { signers: [alice.keypair] },
    )
  expectRefusal(close(), 'SubAccountNotEmpty')
  succeeded(world.requestDeposit(alice, 1n, 1_000n * USD))
  expectRefusal(close(), 'SubAccountNotEmpty')
  world.pass(2)
  succeeded(world.mintShares(alice, 1n))
  succeeded(world.requestExit(alice, 2n, USD))
  expectRefusal(close(), 'SubAccountNotEmpty')
  world.pass(3_660)
  succeeded(world.exitPool(alice, 2n))
  // Its shares belong to the user account and stay.
  const rent = world.svm.balance(alice.keypair.publicKey)
  succeeded(close())
  expect(world.svm.balance(alice.keypair.publicKey)).toBeGreaterThan(rent)
  expect(world.userAccount(alice)).toMatchObject({ poolShares: 1_000n * USD, openSubAccounts: 0 })
  expect(world.svm.account(addresses.subAccount(alice.keypair.publicKey, 0))).toBeNull()
})

test('a fresh position keeps the account open', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD)
  world.enter(alice, 0, 'buy', BASE)
  const accounts = { authority: alice.keypair.publicKey, userAccount: alice.userAccount, subAccount: alice.subAccount }
  expectRefusal(world.call('closeSubAccount', {}, accounts, { signers: [alice.keypair] }), 'SubAccountNotEmpty')
})

test('what a closed account traded as maker stays in its owner’s volume', () => {
  const world = base.fork()
  const [maker, taker] = [world.trader(1_000n * USD), world.trader(1_000n * USD)]
  const rest = (side: 'buy' | 'sell', limitPrice: bigint) => {
    const order = { side: { [side]: {} }, size: BASE, limitPrice, postOnly: true }
    succeeded(world.place(maker, 0, order))
    return [{ trader: maker, orderId: world.subAccount(maker).nextOrderId - 1n }]
  }
  const asks = rest('sell', 150_020_000n)
  succeeded(world.open(taker, 0, 'buy', BASE))
  world.pass(1)
  succeeded(world.execute(taker, 0, { makers: asks }))
  const bids = rest('buy', 149_980_000n)
  succeeded(world.close(taker, 0))
  world.pass(1)
  succeeded(world.execute(taker, 0, { makers: bids }))

  const { makerVolume } = world.subAccount(maker)
  expect(makerVolume).toBe(300n * USD)
  succeeded(world.withdraw(maker, world.quoteBalance(maker)))
  const accounts = { authority: maker.keypair.publicKey, userAccount: maker.userAccount, subAccount: maker.subAccount }
  world.done('closeSubAccount', {}, accounts, { signers: [maker.keypair] })
  expect(world.userAccount(maker)).toMatchObject({ volume: 300n * USD, volumeAt: BigInt(world.svm.now) })
})
