import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair } from '@solana/web3.js'
import { addresses, type World } from '../harness.ts'
import { exchangeParams, feedId, MARKET_STATUS, marketParams, symbolBytes, tokenVaultParams, USD } from '../params.ts'
import type { Fields } from '../program.ts'
import { bare, base, type Scene, type Scenes, traderScene } from './scene.ts'

const SIGNED = (world: World) => ({ signers: [world.admin] })

export const exchangeScenes: Scenes = {
  initializeExchange: () => {
    const world = bare.fork()
    const args = { params: exchangeParams(world.admin.publicKey) }
    return { world, args, accounts: world.initializeExchangeAccounts(), call: SIGNED(world) }
  },
  initializeTokenVault: () => {
    const world = base.fork()
    const mint = Keypair.generate().publicKey
    world.createMint(mint, 6)
    const closed = { feedId: feedId('X'), depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }
    const args = { index: 2, params: tokenVaultParams(closed) }
    return { world, args, accounts: world.initializeVaultAccounts(mint), call: SIGNED(world) }
  },
  initializeMarket: () => {
    const world = base.fork()
    const args = { index: 2, symbol: symbolBytes('ETH'), params: marketParams('ETH') }
    return { world, args, accounts: world.initializeMarketAccounts(2), call: SIGNED(world) }
  },
  setPause: () => pause(),
  clearPause: () => pause(),
  proposeChange: () => {
    const world = base.fork()
    const args = { payloadHash: new Uint8Array(32) }
    return { world, args, accounts: world.proposeAccounts(world.exchange().nextChangeId), call: SIGNED(world) }
  },
  'executeChange/market': () =>
    announced({ market: [{ index: 0, status: MARKET_STATUS.reduceOnly, params: marketParams('SOL') }] }),
  'executeChange/vault': () => announced({ tokenVault: [{ index: 0, params: tokenVaultParams() }] }),
  'executeChange/insurance': () => announced({ insuranceFloor: [USD] }),
  cancelChange: () => {
    const world = base.fork()
    const change = addresses.change(world.propose({ insuranceFloor: [USD] }))
    const accounts = { authority: world.admin.publicKey, exchange: addresses.exchange, change }
    return { world, args: {}, accounts, call: SIGNED(world) }
  },
  'tightenRisk/market': () =>
    tighten({ spreadPpm: 300 }, { market: addresses.market(0), tokenVault: null }, ['market']),
  'tightenRisk/vault': () =>
    tighten({ depositCap: 1n }, { market: null, tokenVault: addresses.tokenVault(NATIVE_MINT) }, ['tokenVault']),
  collectFees: () => {
    const { world, alice } = traderScene()
    const treasury = world.trader(0n)
    world.change({ exchange: [exchangeParams(world.admin.publicKey, { treasury: treasury.keypair.publicKey })] })
    world.enter(alice, 0, 'buy', 1_000_000_000n)
    return { world, args: {}, accounts: world.collectFeesAccounts(0, treasury.subAccount), call: {}, free: ['market'] }
  },
  allocatePool: () => {
    const world = base.fork()
    return { world, args: { amount: -USD }, accounts: world.allocateAccounts(0), call: SIGNED(world), free: ['market'] }
  },
}

function pause(): Scene {
  const world = base.fork()
  const accounts = { authority: world.admin.publicKey, exchange: addresses.exchange }
  return { world, args: { bits: 1 }, accounts, call: SIGNED(world) }
}

function announced(payload: Fields): Scene {
  const world = base.fork()
  const id = world.propose(payload)
  return { world, args: { payload }, accounts: world.executeChangeAccounts(id, payload), call: SIGNED(world) }
}

function tighten(
  change: Fields,
  targets: { market: Scene['accounts'][string]; tokenVault: Scene['accounts'][string] },
  free: string[],
): Scene {
  const world = base.fork()
  const nothing = {
    reduceOnly: false,
    openInterestCap: null,
    initialMarginBps: null,
    spreadPpm: null,
    depositCap: null,
    initialWeightBps: null,
  }
  const accounts = { authority: world.admin.publicKey, exchange: addresses.exchange, ...targets }
  return { world, args: { args: { ...nothing, ...change } }, accounts, call: SIGNED(world), free }
}
