/** Every account of every instruction replaced by wrong ones, from the IDL: none may get through. */
import { NATIVE_MINT, TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { type AccountMeta, Keypair, type PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, type Call, priceAccount, succeeded, type Trader, World } from './harness.ts'
import { BASE, exchangeParams, feedId, marketParams, symbolBytes, tokenVaultParams, USD } from './params.ts'
import { type Accounts, type Fields, instruction, instructionAccounts, instructionNames } from './program.ts'

type Scene = {
  world: World
  args: Fields
  accounts: Accounts
  call: Call
  /** Accounts for which another of the same kind is a rightful choice of the caller. */
  free?: string[]
}

const bare = World.deployed()
const base = World.open(2)

const limit = {
  kind: { limit: {} },
  side: { buy: {} },
  timeInForce: { goodTillCancel: {} },
  reduceOnly: false,
  postOnly: false,
}

/** A call that would succeed, for each instruction. */
const scenes: Record<string, () => Scene> = {
  initializeExchange: () => {
    const world = bare.fork()
    const args = { params: exchangeParams(world.admin.publicKey) }
    return { world, args, accounts: world.initializeExchangeAccounts(), call: { signers: [world.admin] } }
  },
  initializeTokenVault: () => {
    const world = base.fork()
    const mint = Keypair.generate().publicKey
    world.createMint(mint, 6)
    const args = { index: 2, params: tokenVaultParams({ feedId: feedId('X') }) }
    return { world, args, accounts: world.initializeVaultAccounts(mint), call: { signers: [world.admin] } }
  },
  initializeMarket: () => {
    const world = base.fork()
    const args = { index: 2, symbol: symbolBytes('ETH'), params: marketParams('ETH') }
    return { world, args, accounts: world.initializeMarketAccounts(2), call: { signers: [world.admin] } }
  },
  setPause: () => pauseScene(),
  clearPause: () => pauseScene(),
  allocatePool: () => {
    const world = base.fork()
    const accounts = {
      authority: world.admin.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      market: addresses.market(0),
    }
    return { world, args: { amount: -USD }, accounts, call: { signers: [world.admin] }, free: ['market'] }
  },
  createUserAccount: () => {
    const world = base.fork()
    const wallet = funded(world)
    const authority = wallet.publicKey
    const accounts = {
      authority,
      userAccount: addresses.userAccount(authority),
      systemProgram: SystemProgram.programId,
    }
    return { world, args: {}, accounts, call: { signers: [wallet] } }
  },
  createSubAccount: () => {
    const { world, alice, call } = traderScene()
    const authority = alice.keypair.publicKey
    const subAccount = addresses.subAccount(authority, 1)
    const accounts = { authority, userAccount: alice.userAccount, subAccount, systemProgram: SystemProgram.programId }
    return { world, args: { id: 1 }, accounts, call }
  },
  updateSubAccount: () => {
    const { world, alice, call } = traderScene()
    const args = { delegate: world.admin.publicKey, delegateExpiresAt: BigInt(world.svm.now + 60) }
    return { world, args, accounts: { authority: alice.keypair.publicKey, subAccount: alice.subAccount }, call }
  },
  closeSubAccount: () => {
    const { world, alice, call } = traderScene(0n, 0n)
    const accounts = {
      authority: alice.keypair.publicKey,
      userAccount: alice.userAccount,
      subAccount: alice.subAccount,
    }
    return { world, args: {}, accounts, call }
  },
  depositTokens: () => {
    const { world, alice, call } = traderScene()
    alice.usdc = world.createTokens(world.usdcMint, alice.keypair.publicKey, USD)
    return { world, args: { amount: USD }, accounts: world.depositAccounts(alice), call }
  },
  withdrawTokens: () => {
    const { world, alice, call } = traderScene()
    return { world, args: { amount: USD }, accounts: world.withdrawAccounts(alice), call, free: ['userTokens'] }
  },
  depositNativeSol: () => {
    const { world, alice, call } = traderScene()
    return { world, args: { lamports: BASE }, accounts: world.nativeDepositAccounts(alice), call }
  },
  withdrawNativeSol: () => {
    const { world, alice, call } = traderScene()
    return { world, args: { lamports: BASE }, accounts: world.nativeWithdrawAccounts(alice), call }
  },
  updateOraclePrice: () => {
    const world = base.fork()
    world.svm.setTime(world.svm.now + 1)
    const priceUpdate = world.publishPrice('SOL')
    const accounts = { priceUpdate, market: addresses.market(0), tokenVault: addresses.tokenVault(NATIVE_MINT) }
    return { world, args: {}, accounts, call: {} }
  },
  settleFunding: () => ({
    world: base.fork(),
    args: {},
    accounts: { market: addresses.market(0) },
    call: {},
    free: ['market'],
  }),
  placeOrder: () => {
    const { world, alice, call } = traderScene()
    const args = { order: { ...limit, size: BASE, limitPrice: 140n * USD, clientId: 0n } }
    return { world, args, accounts: world.orderAccounts(alice, 0), call, free: ['market'] }
  },
  openPosition: () => {
    const { world, alice, call } = traderScene()
    const args = { order: { side: { buy: {} }, size: BASE / 10n, limitPrice: 70_000n * USD, clientId: 0n } }
    return { world, args, accounts: world.orderAccounts(alice, 0), call, free: ['market'] }
  },
  closePosition: () => {
    const { world, alice, call } = traderScene()
    world.enter(alice, 0, 'buy', BASE)
    const args = { order: { fractionBps: 10_000, limitPrice: USD, clientId: 0n } }
    return { world, args, accounts: world.orderAccounts(alice, 0), call }
  },
  cancelOrder: () => {
    const { world, alice, call } = traderScene()
    succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }))
    const accounts = { trader: alice.keypair.publicKey, subAccount: alice.subAccount }
    return { world, args: { target: { all: {} } }, accounts, call }
  },
  executeOrder: () => {
    const { world, alice } = traderScene()
    const keeper = world.trader(0n)
    succeeded(world.open(alice, 0, 'buy', BASE))
    world.pass(1)
    const accounts = world.executeAccounts(alice, 0, keeper, priceAccount('SOL'))
    const call = { signers: [world.admin], remaining: world.marginAccounts(alice) }
    return { world, args: { orderId: 1n }, accounts, call, free: ['keeper', 'keeperSubAccount'] }
  },
  liquidatePosition: () => {
    const world = base.fork()
    const alice = world.trader(1_000n * USD)
    world.enter(alice, 0, 'buy', 100n * BASE)
    world.pass(1, { SOL: 144n * USD })
    const accounts = world.liquidateAccounts(alice, 0, world.trader(0n))
    return { world, args: {}, accounts, call: { signers: [world.admin] }, free: ['liquidator', 'liquidatorSubAccount'] }
  },
  depositToPool: () => {
    const { world, alice, call } = traderScene()
    return { world, args: { ticketId: 1n, amount: USD }, accounts: world.depositToPoolAccounts(alice, 1n), call }
  },
  mintPoolShares: () => {
    const { world, alice } = traderScene()
    const remaining = world.marginAccounts(alice)
    world.done('depositToPool', { ticketId: 1n, amount: USD }, world.depositToPoolAccounts(alice, 1n), {
      signers: [alice.keypair],
      remaining,
    })
    const call = { signers: [world.admin], remaining: world.allMarkets() }
    return { world, args: {}, accounts: world.mintSharesAccounts(alice, 1n), call, free: ['keeper'] }
  },
}

function pauseScene(): Scene {
  const world = base.fork()
  const accounts = { authority: world.admin.publicKey, exchange: addresses.exchange }
  return { world, args: { bits: 1 }, accounts, call: { signers: [world.admin] } }
}

function traderScene(usdc = 10_000n * USD, sol = 2n * BASE): { world: World; alice: Trader; call: Call } {
  const world = base.fork()
  const alice = world.trader(usdc, sol)
  return { world, alice, call: { signers: [alice.keypair], remaining: world.marginAccounts(alice) } }
}

function funded(world: World): Keypair {
  const wallet = Keypair.generate()
  world.svm.airdrop(wallet.publicKey, 100n * BASE)
  return wallet
}

test('every instruction has a scene', () => {
  expect(Object.keys(scenes).sort()).toEqual([...instructionNames].sort())
})

test.each(instructionNames)('%s refuses every substituted account', (name) => {
  const { world, args, accounts, call, free = [] } = scenes[name]?.() ?? fail(name)
  const right = instruction(name, args, accounts, call.remaining)
  const mallory = funded(world)
  const through: string[] = []

  for (const [at, { name: account, signer }] of instructionAccounts(name).entries()) {
    const original = right.keys[at]
    if (!original || original.pubkey.equals(right.programId)) continue
    const replacements = [
      ...impostors(world, original.pubkey, mallory),
      ...(free.includes(account) ? [] : siblings(world, mallory, account)),
    ]
    for (const [kind, pubkey] of replacements) {
      if (pubkey.equals(original.pubkey) || (free.includes(account) && kind === 'wallet')) continue
      const replaced = withKey(right, at, { ...original, pubkey })
      const signers = [...(call.signers ?? []), mallory].filter((key) =>
        replaced.keys.some((k) => k.isSigner && k.pubkey.equals(key.publicKey)),
      )
      if (signer && kind !== 'wallet') continue
      if (world.svm.send(replaced, signers).ok) through.push(`${account} ← ${kind}`)
    }
    if (
      signer &&
      world.svm.send(withKey(right, at, { ...original, isSigner: false }), (call.signers ?? []).slice(1)).ok
    ) {
      through.push(`${account} without signature`)
    }
  }
  expect(through).toEqual([])
  const receipt = world.svm.send(right, call.signers)
  expect(receipt.ok, receipt.logs.join('\n')).toBe(true)
})

/** Wrong for any account: a wallet, a singleton of another type, and the same bytes under another owner. */
function impostors(world: World, original: PublicKey, mallory: Keypair): [string, PublicKey][] {
  const forged = Keypair.generate().publicKey
  const account = world.svm.account(original)
  if (account)
    world.svm.setAccount(
      forged,
      account.owner.equals(TOKEN_PROGRAM_ID) ? SystemProgram.programId : TOKEN_PROGRAM_ID,
      account.data,
    )
  const other = original.equals(addresses.insurance) ? addresses.pool : addresses.insurance
  return [
    ['wallet', mallory.publicKey],
    ['another type', other],
    ...(account ? [['forged copy', forged] as [string, PublicKey]] : []),
  ]
}

/** Right type, wrong one: another user's, another mint's, another market's. */
function siblings(world: World, mallory: Keypair, account: string): [string, PublicKey][] {
  const kinds: [RegExp, () => PublicKey][] = [
    [/^userAccount$/, () => otherTrader(world).userAccount],
    [/subAccount$/i, () => otherTrader(world).subAccount],
    [/^tokenVault$/, () => addresses.tokenVault(world.usdcMint)],
    [/^tokenVault$/, () => addresses.tokenVault(NATIVE_MINT)],
    [/^vaultTokens$/, () => addresses.vaultTokens(world.usdcMint)],
    [/^vaultTokens$/, () => addresses.vaultTokens(NATIVE_MINT)],
    [/^userTokens$/, () => world.createTokens(world.usdcMint, mallory.publicKey, USD)],
    [/^userTokens$/, () => world.createTokens(NATIVE_MINT, mallory.publicKey, USD)],
    [/^market$/, () => addresses.market(1)],
    [/^priceUpdate$/, () => priceAccount('BTC')],
    [/Program$/, () => SystemProgram.programId],
    [/Program$/, () => TOKEN_PROGRAM_ID],
  ]
  return kinds.filter(([pattern]) => pattern.test(account)).map(([, make]) => ['sibling', make()])
}

const others = new WeakMap<World, Trader>()

function otherTrader(world: World): Trader {
  const known = others.get(world) ?? world.trader(1_000n * USD)
  others.set(world, known)
  return known
}

function withKey(ix: TransactionInstruction, at: number, meta: AccountMeta): TransactionInstruction {
  const keys = ix.keys.map((key, index) => (index === at ? meta : key))
  return new TransactionInstruction({ programId: ix.programId, keys, data: ix.data })
}

function fail(name: string): never {
  throw new Error(`no scene for ${name}`)
}
