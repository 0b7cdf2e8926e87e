import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair, PublicKey, SystemProgram } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, readonly, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)

test('tokens go in and out, with the sequences of account and vault', () => {
  const world = base.fork()
  const alice = world.trader(0n)
  const vaultBefore = world.vault()
  const deposited = succeeded(world.deposit(alice, 500n * USD))
  expect(deposited.events).toMatchObject([
    {
      name: 'collateralDeposited',
      data: { sequence: 2n, tokenVaultSequence: vaultBefore.sequence + 1n, balanceAfter: 500n * USD },
    },
  ])
  const out = succeeded(world.withdraw(alice, 200n * USD))
  expect(out.events).toMatchObject([{ name: 'collateralWithdrawn', data: { sequence: 3n, balanceAfter: 300n * USD } }])
  expect(world.tokens(alice.usdc)).toBe(200n * USD)
  expectRefusal(world.withdraw(alice, 301n * USD), 'InsufficientBalance')
  expectRefusal(world.withdraw(alice, 0n), 'ZeroAmount')
  expectRefusal(world.deposit(alice, 0n), 'ZeroAmount')
  checkLedger(world)
})

test('a deposit stops at the cap of its token', () => {
  const world = World.open(0)
  const mint = Keypair.generate().publicKey
  world.createMint(mint, 6)
  const feed = new Uint8Array(32).fill(7)
  world.initializeVault(mint, 2, { feedId: feed, depositCap: 100n, initialWeightBps: 0, maintenanceWeightBps: 5_000 })
  const alice = world.trader(0n)
  expectRefusal(world.deposit(alice, 101n, mint), 'DepositCap')
  succeeded(world.deposit(alice, 100n, mint))
})

test('eight kinds of collateral fit, the quote always among them', () => {
  const world = World.open(0)
  const alice = world.trader(0n)
  const deposit = (index: number) => {
    const mint = Keypair.generate().publicKey
    world.createMint(mint, 6)
    world.initializeVault(mint, index, { feedId: new Uint8Array(32).fill(index) })
    return world.deposit(alice, USD, mint)
  }
  for (let index = 2; index < 9; index++) succeeded(deposit(index))
  expectRefusal(deposit(9), 'CollateralSlotsFull')
  checkLedger(world)
})

test('native SOL goes in and out in one instruction each, also past a poisoned address', () => {
  const world = base.fork()
  const alice = world.trader(0n, 10n * BASE)
  expect(world.vault(NATIVE_MINT).ledgerTotal).toBe(10n * BASE)
  // Anyone can send lamports to the address of the temporary account.
  const gift = SystemProgram.transfer({
    fromPubkey: world.svm.payer.publicKey,
    toPubkey: addresses.unwrap(alice.subAccount),
    lamports: 890_880,
  })
  expect(world.svm.send(gift).ok).toBe(true)
  const before = world.svm.balance(alice.keypair.publicKey)
  succeeded(world.withdrawSol(alice, 4n * BASE))
  // The gift stays with the owner too.
  expect(world.svm.balance(alice.keypair.publicKey) - before).toBe(4n * BASE + 890_880n)
  expect(world.svm.account(addresses.unwrap(alice.subAccount))).toBeNull()
  succeeded(world.withdrawSol(alice, 6n * BASE))
  expect(world.subAccount(alice).collaterals.filter((c) => c.inUse)).toHaveLength(1)
  checkLedger(world)
})

test('SOL collateral carries a position, counts with its weight, and cannot leave while it is needed', () => {
  const world = base.fork()
  // 10 SOL × 150 × 0.8 = 1 200 of initial collateral; a quarter BTC needs 750.
  const alice = world.trader(0n, 10n * BASE)
  world.enter(alice, 1, 'buy', 250_000_000n)
  expectRefusal(world.open(alice, 1, 'buy', 250_000_000n), 'InsufficientMargin')
  expectRefusal(world.withdrawSol(alice, 5n * BASE), 'InsufficientMargin')
  succeeded(world.withdrawSol(alice, 1n * BASE))
  expect(world.quoteBalance(alice)).toBeLessThan(0n)
  checkLedger(world)
})

test('margin cannot be judged with an account left out, or with a false one', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD, BASE)
  world.enter(alice, 0, 'buy', BASE)
  const call = (remaining: PublicKey[]) =>
    world.call('withdrawTokens', { amount: USD }, world.withdrawAccounts(alice), {
      signers: [alice.keypair],
      remaining: remaining.map(readonly),
    })
  expectRefusal(call([]), 'MarginAccountMissing')
  expectRefusal(call([addresses.market(0)]), 'MarginAccountMissing')
  expectRefusal(call([addresses.market(1), addresses.tokenVault(NATIVE_MINT)]), 'MarginAccountMissing')
  expectRefusal(call([addresses.market(0), addresses.pool]), 'WrongAccount')
  expectRefusal(call([addresses.market(0), alice.usdc]), 'WrongAccount')
  succeeded(call([addresses.tokenVault(NATIVE_MINT), addresses.market(1), addresses.market(0)]))
})

test('old prices: collateral counts nothing for a withdrawal, a position refuses it', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD, 10n * BASE)
  world.svm.setTime(world.svm.now + 61)
  succeeded(world.withdraw(alice, 500n * USD))
  world.publish()
  world.enter(alice, 1, 'buy', 10_000_000n)
  world.svm.setTime(world.svm.now + 61)
  expectRefusal(world.withdraw(alice, USD), 'PriceStale')
})

test('a delegate trades and never withdraws, until it expires', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const bot = Keypair.generate()
  world.svm.airdrop(bot.publicKey, BASE)
  const update = (delegate: PublicKey, expiresAt: number, signer = alice.keypair) =>
    world.updateSubAccount(
      { ...alice, keypair: signer },
      { delegate, delegateExpiresAt: BigInt(expiresAt), delegateBudget: USD },
    )
  const order = { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }
  expectRefusal(world.place(alice, 0, order, bot), 'NotTrader')
  expectRefusal(update(bot.publicKey, world.svm.now), 'DelegateExpiry')
  expectRefusal(update(bot.publicKey, world.svm.now + 60, bot), 'NotOwner')
  expect(succeeded(update(bot.publicKey, world.svm.now + 60)).events).toMatchObject([{ name: 'subAccountUpdated' }])
  succeeded(world.place(alice, 0, order, bot))

  const asBot = { ...world.withdrawAccounts(alice), authority: bot.publicKey }
  const theft = world.call('withdrawTokens', { amount: USD }, asBot, {
    signers: [bot],
    remaining: world.marginAccounts(alice),
  })
  expectRefusal(theft, 'NotOwner')
  expectRefusal(update(bot.publicKey, world.svm.now + 6_000, bot), 'NotOwner')
  const close = { authority: bot.publicKey, userAccount: alice.userAccount, subAccount: alice.subAccount }
  expectRefusal(world.call('closeSubAccount', {}, close, { signers: [bot] }), 'NotOwner')
  const pool = {
    ...world.requestAccounts(alice, 9n),
    authority: bot.publicKey,
    ticket: addresses.ticket(bot.publicKey, 9n),
  }
  expectRefusal(world.call('depositToPool', { ticketId: 9n, amount: USD }, pool, { signers: [bot] }), 'NotOwner')

  world.pass(60)
  expectRefusal(world.place(alice, 0, order, bot), 'NotTrader')
  succeeded(update(PublicKey.default, 0))
  expect(world.subAccount(alice).delegateExpiresAt).toBe(0n)
})

test('sub-accounts are numbered without reuse and close only when empty', () => {
  const world = base.fork()
  const alice = world.trader(0n)
  const authority = alice.keypair.publicKey
  const signers = [alice.keypair]
  const create = (id: number) =>
    world.call(
      'createSubAccount',
      { id },
      {
        authority,
        userAccount: alice.userAccount,
        subAccount: addresses.subAccount(authority, id),
        systemProgram: SystemProgram.programId,
      },
      { signers },
    )
  expectRefusal(create(2), 'SubAccountId')
  expect(succeeded(create(1)).events).toMatchObject([{ name: 'subAccountCreated', data: { id: 1, sequence: 1n } }])
  const close = (id: number) =>
    world.call(
      'closeSubAccount',
      {},
      { authority, userAccount: alice.userAccount, subAccount: addresses.subAccount(authority, id) },
      { signers },
    )
  expect(succeeded(close(1)).events).toMatchObject([{ name: 'subAccountClosed', data: { id: 1, sequence: 2n } }])
  expect(world.svm.account(addresses.subAccount(authority, 1))).toBeNull()
  expectRefusal(create(1), 'SubAccountId')
  succeeded(create(2))
  expect(world.userAccount(alice)).toMatchObject({ nextSubAccountId: 3, openSubAccounts: 2 })

  const rich = world.trader(USD)
  const held = { authority: rich.keypair.publicKey, userAccount: rich.userAccount, subAccount: rich.subAccount }
  expectRefusal(world.call('closeSubAccount', {}, held, { signers: [rich.keypair] }), 'SubAccountNotEmpty')
})
