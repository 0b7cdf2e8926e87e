/** Prices, funding, accounts and markets in trouble. */
import { NATIVE_MINT } from '@solana/spl-token'
import { addresses, succeeded, type Trader, type World } from '../harness.ts'
import { BASE, MARKET_STATUS, marketParams, USD } from '../params.ts'
import { base, type Scenes, traderScene } from './scene.ts'

export const riskScenes: Scenes = {
  updateOraclePrice: () => {
    const world = base.fork()
    world.svm.setTime(world.svm.now + 1)
    const priceUpdate = world.publishPrice('SOL')
    const accounts = { priceUpdate, market: addresses.market(0), tokenVault: addresses.tokenVault(NATIVE_MINT) }
    return { world, args: {}, accounts, call: {} }
  },
  settleFunding: () => {
    const world = base.fork()
    return { world, args: {}, accounts: { market: addresses.market(0) }, call: {}, free: ['market'] }
  },
  liquidatePosition: () => {
    const world = base.fork()
    const alice = world.trader(1_000n * USD, BASE / 10n)
    world.enter(alice, 0, 'buy', 99n * BASE)
    world.pass(1, { SOL: 143n * USD })
    const accounts = world.liquidateAccounts(alice, 0, world.trader(0n))
    const call = { signers: [world.admin], remaining: world.marginAccounts(alice) }
    return {
      world,
      args: { takeSize: 0n, makerOrderIds: [] },
      accounts,
      call,
      free: ['liquidator', 'liquidatorSubAccount'],
    }
  },
  deleverage: () => {
    const world = base.fork()
    const [alice, bob] = [world.trader(900n * USD, BASE / 10n), world.trader(5_000n * USD)]
    world.enter(alice, 0, 'buy', 90n * BASE)
    world.enter(bob, 0, 'sell', 90n * BASE)
    // A flat pool that is taken away can take nothing over.
    world.allocate(0, -world.market(0).ledger.poolAllocation)
    world.pass(1, { SOL: 141n * USD })
    const accounts = {
      market: addresses.market(0),
      subAccount: alice.subAccount,
      counterparty: bob.subAccount,
      insurance: addresses.insurance,
    }
    return { world, args: {}, accounts, call: { remaining: world.marginAccounts(alice) } }
  },
  liquidateCollateral: () => {
    const world = base.fork()
    const [debtor, buyer] = [world.trader(0n, 100n * BASE), world.trader(20_000n * USD)]
    world.enter(buyer, 1, 'buy', 1_000_000n)
    for (let i = 0; i < 4; i++) world.enter(debtor, 0, 'buy', 99n * BASE)
    world.pass(1, { SOL: 136n * USD })
    for (const part of [2_500, 3_333, 5_000, 10_000]) world.exit(debtor, 0, part)
    const accounts = {
      liquidator: buyer.keypair.publicKey,
      subAccount: debtor.subAccount,
      liquidatorSubAccount: buyer.subAccount,
      tokenVault: addresses.tokenVault(NATIVE_MINT),
      quoteVault: addresses.tokenVault(world.usdcMint),
    }
    return {
      world,
      args: { maxTokens: BASE },
      accounts,
      call: { signers: [buyer.keypair], remaining: world.marginAccounts(buyer) },
    }
  },
  resolveBankruptcy: () => {
    const { world, alice } = indebted()
    const accounts = { market: addresses.market(0), subAccount: alice.subAccount, insurance: addresses.insurance }
    return { world, args: {}, accounts, call: {} }
  },
  refillInsurance: () => {
    const { world, alice, call } = traderScene()
    const accounts = {
      authority: alice.keypair.publicKey,
      subAccount: alice.subAccount,
      insurance: addresses.insurance,
      market: addresses.market(0),
    }
    return { world, args: { amount: USD }, accounts, call, free: ['market'] }
  },
  settleMarket: () => {
    const world = base.fork()
    const market = { index: 0, status: MARKET_STATUS.settling, params: marketParams('SOL') }
    world.change({ market: [market] })
    return { world, args: {}, accounts: { market: addresses.market(0), insurance: addresses.insurance }, call: {} }
  },
  settlePosition: () => {
    const { world, alice } = settling(5_000n * USD)
    const accounts = { market: addresses.market(0), subAccount: alice.subAccount, insurance: addresses.insurance }
    return { world, args: {}, accounts, call: {} }
  },
}

/** A debt of two markets of which one has not covered its part. */
function indebted(): { world: World; alice: Trader } {
  const world = base.fork()
  const alice = world.trader(1_600n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(alice, 1, 'buy', 250_000_000n)
  world.pass(1, { SOL: 120n * USD, BTC: 56_000n * USD })
  succeeded(world.liquidate(alice, 0))
  succeeded(world.liquidate(alice, 1))
  return { world, alice }
}

/** A long of a trader with `usdc`, in a market that has been wound down 20 % lower. */
function settling(usdc: bigint): { world: World; alice: Trader } {
  const world = base.fork()
  const alice = world.trader(usdc)
  world.enter(alice, 0, 'buy', 10n * BASE)
  world.pass(1, { SOL: 120n * USD })
  world.change({ market: [{ index: 0, status: MARKET_STATUS.settling, params: marketParams('SOL') }] })
  succeeded(world.call('settleMarket', {}, { market: addresses.market(0), insurance: addresses.insurance }))
  return { world, alice }
}
