/** Nothing that can hurt takes effect before everybody could see it coming. */
import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair, PublicKey } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, succeeded, World } from './harness.ts'
import { exchangeParams, MARKET_STATUS, marketParams, USD } from './params.ts'
import { changeHash, type Fields } from './program.ts'
import { expectRefusal } from './refusals.ts'

const DAY = 86_400
const risk = Keypair.generate()
const pauser = Keypair.generate()
const base = waiting()

const FLOOR: Fields = { insuranceFloor: [100n * USD] }

/** A market, a timelock of a day, and three different keys. */
function waiting(): World {
  const world = World.open(1)
  world.change({ exchange: [paramsOf(world)] })
  return world
}

function paramsOf(world: World, change: Fields = {}): Fields {
  const roles = { riskAuthority: risk.publicKey, pauseAuthority: pauser.publicKey }
  return exchangeParams(world.admin.publicKey, { ...roles, timelockS: DAY, ...change })
}

const wait = (world: World, seconds: number): void => world.svm.setTime(world.svm.now + seconds)

test('a change waits for the timelock and then does what was announced, once', () => {
  const world = base.fork()
  const { nextChangeId: id, sequence } = world.exchange()
  const now = BigInt(world.svm.now)
  const proposed = world.done('proposeChange', { payloadHash: changeHash(FLOOR) }, world.proposeAccounts(id))
  const eta = now + BigInt(DAY)
  const change = addresses.change(id)
  expect(proposed.events).toMatchObject([
    { name: 'changeProposed', data: { sequence: sequence + 1n, change, changeId: id, eta, at: now } },
  ])
  expect(world.proposal(id)).toMatchObject({ status: 0, id, proposer: world.admin.publicKey, proposedAt: now, eta })

  wait(world, DAY - 1)
  expectRefusal(world.executeChange(id, FLOOR), 'ChangeTooEarly')
  expect(world.insurance().floor).toBe(0n)
  wait(world, 1)
  const { sequence: insuranceSequence } = world.insurance()
  const executed = succeeded(world.executeChange(id, FLOOR))
  expect(executed.events).toMatchObject([
    {
      name: 'changeExecuted',
      data: {
        sequence: sequence + 2n,
        change,
        changeId: id,
        target: addresses.insurance,
        targetSequence: insuranceSequence + 1n,
      },
    },
  ])
  expect(world.insurance().floor).toBe(100n * USD)
  expect(world.proposal(id).status).toBe(1)
  expectRefusal(world.executeChange(id, FLOOR), 'ChangeClosed')
  expect(world.propose(FLOOR)).toBe(id + 1n)
})

test('a change can be executed until 72 hours after its time, not later', () => {
  const world = base.fork()
  const [first, second] = [world.propose(FLOOR), world.propose(FLOOR)]
  wait(world, DAY + 72 * 3_600 - 1)
  succeeded(world.executeChange(first, FLOOR))
  wait(world, 1)
  expectRefusal(world.executeChange(second, FLOOR), 'ChangeClosed')
})

test('only what was announced is executed', () => {
  const world = base.fork()
  const id = world.propose(FLOOR)
  wait(world, DAY)
  expectRefusal(world.executeChange(id, { insuranceFloor: [100n * USD + 1n] }), 'ChangePayload')
  const other = world.propose({ feeTiers: [[{ volume: 0n, takerShareBps: 9_000, rebateShareBps: 0 }]] })
  wait(world, DAY)
  expectRefusal(world.executeChange(other, FLOOR), 'ChangePayload')
})

test.each([
  ['cold', (world: World) => world.admin],
  ['risk', () => risk],
  ['pause', () => pauser],
])('the %s key can take a change back, and it stays so', (_, keyOf) => {
  const world = base.fork()
  const id = world.propose(FLOOR)
  const key = keyOf(world)
  const canceled = succeeded(world.cancelChange(id, key))
  expect(canceled.events).toMatchObject([{ name: 'changeCanceled', data: { changeId: id, authority: key.publicKey } }])
  expect(world.proposal(id).status).toBe(2)
  wait(world, DAY)
  expectRefusal(world.executeChange(id, FLOOR), 'ChangeClosed')
  expectRefusal(world.cancelChange(id), 'ChangeClosed')
})

test('nobody else announces, executes or cancels', () => {
  const world = base.fork()
  const id = world.propose(FLOOR)
  wait(world, DAY)
  for (const key of [risk, pauser, Keypair.generate()]) {
    world.svm.airdrop(key.publicKey, 1_000_000_000n)
    const announce = { ...world.proposeAccounts(id + 1n), admin: key.publicKey }
    const payloadHash = changeHash(FLOOR)
    expectRefusal(world.call('proposeChange', { payloadHash }, announce, { signers: [key] }), 'Unauthorized')
    const execute = { ...world.executeChangeAccounts(id, FLOOR), admin: key.publicKey }
    expectRefusal(world.call('executeChange', { payload: FLOOR }, execute, { signers: [key] }), 'Unauthorized')
  }
  expectRefusal(world.cancelChange(id, Keypair.generate()), 'Unauthorized')
  succeeded(world.executeChange(id, FLOOR))
  expectRefusal(world.cancelChange(id, pauser), 'ChangeClosed')
})

test('roles move by a change, and the old cold key is nobody then', () => {
  const world = base.fork()
  const next = Keypair.generate()
  const payload = { exchange: [paramsOf(world, { admin: next.publicKey })] }
  const [id, later] = [world.propose(payload), world.propose(FLOOR)]
  wait(world, DAY)
  succeeded(world.executeChange(id, payload))
  expect(world.exchange().params.admin).toEqual(next.publicKey)
  expectRefusal(world.executeChange(later, FLOOR), 'Unauthorized')
  const accounts = { ...world.executeChangeAccounts(later, FLOOR), admin: next.publicKey }
  succeeded(world.call('executeChange', { payload: FLOOR }, accounts, { signers: [next] }))
})

test('the timelock rises and never falls', () => {
  const world = base.fork()
  const set = (timelockS: number) => {
    const payload = { exchange: [paramsOf(world, { timelockS })] }
    const id = world.propose(payload)
    wait(world, 2 * DAY)
    return world.executeChange(id, payload)
  }
  expectRefusal(set(DAY - 1), 'TimelockLowered')
  expectRefusal(set(30 * DAY + 1), 'InvalidParameter')
  succeeded(set(2 * DAY))
  expectRefusal(set(DAY), 'TimelockLowered')
})

test.each([
  ['no cold key', { admin: PublicKey.default }],
  ['no risk key', { riskAuthority: PublicKey.default }],
  ['no pause key', { pauseAuthority: PublicKey.default }],
  ['no treasury', { treasury: PublicKey.default }],
  ['fee shares above 100 %', { poolFeeShareBps: 8_000, treasuryFeeShareBps: 2_001 }],
  ['a keeper reward above what an order reserves', { keeperRewardFlat: 10_001n }],
  ['a keeper reward above a tenth of a percent', { keeperRewardPpm: 1_001 }],
  ['a pool cooldown above a week', { poolExitCooldownS: 7 * DAY + 1 }],
  ['a referral discount of more than the fee', { refereeDiscountBps: 10_001 }],
  ['referrals that give away what rebates need', { refereeDiscountBps: 5_000, referrerShareBps: 2_001 }],
])('an exchange with %s is refused', (_, change) => {
  const world = base.fork()
  const payload = { exchange: [paramsOf(world, change)] }
  const id = world.propose(payload)
  wait(world, DAY)
  expectRefusal(world.executeChange(id, payload), 'InvalidParameter')
})

test('fee tiers ascend from zero, and no pair of them pays out more than it takes', () => {
  const world = World.open(1)
  const tier = (volume: bigint, takerShareBps: number, rebateShareBps: number): Fields => ({
    volume,
    takerShareBps,
    rebateShareBps,
  })
  const set = (...tiers: Fields[]) => world.executeChange(world.propose({ feeTiers: [tiers] }), { feeTiers: [tiers] })
  const [first, million] = [tier(0n, 10_000, 10_000), 1_000_000n * USD]

  expect(world.exchange()).toMatchObject({ feeTierCount: 1, feeTiers: [first, ...Array(7).fill(tier(0n, 0, 0))] })
  expectRefusal(set(), 'InvalidParameter')
  expectRefusal(set(tier(1n, 10_000, 10_000)), 'InvalidParameter')
  expectRefusal(set(first, tier(million, 9_000, 10_000), tier(million, 8_000, 10_000)), 'InvalidParameter')
  expectRefusal(set(tier(0n, 10_001, 0)), 'InvalidParameter')
  const nine = Array.from({ length: 9 }, (_, i) => tier(BigInt(i), 10_000, 0))
  expectRefusal(set(...nine), 'InvalidParameter')
  // 60 % · 90 % · 80 % = 43.2 % of a market's fee against 40 % of rebate at most; 40 % of 110 % is above it.
  expectRefusal(set(first, tier(million, 6_000, 10_801)), 'InvalidParameter')
  succeeded(set(first, tier(million, 6_000, 10_800)))
  expect(world.exchange()).toMatchObject({
    feeTierCount: 2,
    feeTiers: [first, tier(million, 6_000, 10_800), ...Array(6).fill(tier(0n, 0, 0))],
  })
  // What was sound with the old referral shares is judged again with new ones.
  const referrals = { exchange: [exchangeParams(world.admin.publicKey, { refereeDiscountBps: 1_001 })] }
  expectRefusal(world.executeChange(world.propose(referrals), referrals), 'InvalidParameter')
  succeeded(set(first))
  expect(world.exchange().feeTiers[1]).toEqual(tier(0n, 0, 0))
})

test('a change names the account it changes, and no other', () => {
  const world = World.open(2)
  const payload = { market: [{ index: 0, status: MARKET_STATUS.active, params: marketParams('SOL') }] }
  const id = world.propose(payload)
  const accounts = world.executeChangeAccounts(id, payload)
  const execute = (change: Fields) =>
    world.call(
      'executeChange',
      { payload },
      { ...accounts, ...(change as typeof accounts) },
      { signers: [world.admin] },
    )
  expectRefusal(execute({ market: null }), 'WrongAccount')
  expectRefusal(execute({ market: addresses.market(1) }), 'WrongAccount')
  succeeded(execute({}))

  const vault = { tokenVault: [{ index: 1, params: { ...vaultParams(), depositCap: 5n } }] }
  const vaultId = world.propose(vault)
  const wrong = { ...world.executeChangeAccounts(vaultId, vault), tokenVault: addresses.tokenVault(world.usdcMint) }
  expectRefusal(world.call('executeChange', { payload: vault }, wrong, { signers: [world.admin] }), 'WrongAccount')
  succeeded(world.executeChange(vaultId, vault))
  expect(world.vault(NATIVE_MINT).params.depositCap).toBe(5n)
})

function vaultParams(): Fields {
  return { feedId: new Uint8Array(32).fill(9), depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }
}
