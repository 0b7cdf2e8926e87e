/** Admin keys that were never stolen emptied an exchange once: with transactions signed weeks before. */
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { DurableNonce } from './durable-nonce.ts'
import { addresses, World } from './harness.ts'
import { exchangeParams, feedId, marketParams, symbolBytes, tokenVaultParams, USD } from './params.ts'
import { type Accounts, changeHash, errorName, type Fields, instruction } from './program.ts'

const bare = World.deployed()
const base = World.open(1)
const CLOSED = { depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }
const FLOOR = { insuranceFloor: [USD] }

type Call = { world: World; args: Fields; accounts: Accounts }

/** A call of the admin that would succeed, for each of his instructions. */
const CALLS: Record<string, () => Call> = {
  initializeExchange: () => {
    const world = bare.fork()
    const args = { params: exchangeParams(world.admin.publicKey) }
    return { world, args, accounts: world.initializeExchangeAccounts() }
  },
  initializeTokenVault: () => {
    const world = base.fork()
    const mint = Keypair.generate().publicKey
    world.createMint(mint, 6)
    const args = { index: 2, params: tokenVaultParams({ feedId: feedId('X'), ...CLOSED }) }
    return { world, args, accounts: world.initializeVaultAccounts(mint) }
  },
  initializeMarket: () => {
    const world = base.fork()
    const args = { index: 1, symbol: symbolBytes('BTC'), params: marketParams('BTC') }
    return { world, args, accounts: world.initializeMarketAccounts(1) }
  },
  proposeChange: () => {
    const world = base.fork()
    const accounts = world.proposeAccounts(world.exchange().nextChangeId)
    return { world, args: { payloadHash: changeHash(FLOOR) }, accounts }
  },
  executeChange: () => {
    const world = base.fork()
    const accounts = world.executeChangeAccounts(world.propose(FLOOR), FLOOR)
    return { world, args: { payload: FLOOR }, accounts }
  },
  cancelChange: () => {
    const world = base.fork()
    const change = addresses.change(world.propose(FLOOR))
    return { world, args: {}, accounts: { authority: world.admin.publicKey, exchange: addresses.exchange, change } }
  },
  tightenRisk: () => {
    const world = base.fork()
    return { world, ...world.tightenRiskCall({ reduceOnly: true }, { market: 0 }) }
  },
  setPause: () => pause(),
  clearPause: () => pause(),
  allocatePool: () => {
    const world = base.fork()
    return { world, args: { amount: -USD }, accounts: world.allocateAccounts(0) }
  },
}

test.each(Object.entries(CALLS))('%s is refused in a transaction with a durable nonce', (name, prepare) => {
  const { world, args, accounts } = prepare()
  const nonce = DurableNonce.create(world.svm)
  const refused = nonce.send(instruction(name, args, accounts), [world.admin])
  expect({ ok: refused.ok, error: errorName(refused.errorCode) }).toEqual({ ok: false, error: 'DurableNonce' })
  expect(world.call(name, args, accounts, { signers: [world.admin] }).ok).toBe(true)
})

test('what traders do is not refused with a durable nonce, and the nonce is a working one', () => {
  const world = base.fork()
  const nonce = DurableNonce.create(world.svm)
  const before = nonce.value
  expect(nonce.send(instruction('settleFunding', {}, { market: addresses.market(0) }), []).ok).toBe(true)
  expect(nonce.value).not.toBe(before)
})

test('the sysvar that shows the transaction cannot be another account', () => {
  const world = base.fork()
  const accounts = { ...pause().accounts, authority: world.admin.publicKey, instructions: addresses.pool }
  const call = world.call('setPause', { bits: 1 }, accounts, { signers: [world.admin] })
  expect({ ok: call.ok, error: errorName(call.errorCode) }).toEqual({ ok: false, error: 'WrongAccount' })
})

function pause(): Call {
  const world = base.fork()
  const accounts = { authority: world.admin.publicKey, exchange: addresses.exchange }
  return { world, args: { bits: 1 }, accounts }
}
