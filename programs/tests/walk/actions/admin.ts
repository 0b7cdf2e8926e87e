/** What the exchange's authorities do: pauses, announced changes, tightening, fees. */
import { createHash } from 'node:crypto'
import { type ChangePayload, changePayload } from '#client/generated/types.ts'
import { encode } from '#client/layout.ts'
import { changeAddress } from '#client/pda.ts'
import { type Attempt, attempt } from '../attempt.ts'
import { SYSTEM_PROGRAM } from '../chain.ts'
import { SOL_VAULT } from '../venue.ts'
import { type Action, addresses, type Walk } from '../walk.ts'

const ALL_BITS = 31
const ACTIVE = 0
const SETTLING = 2

/** Payloads by the id of the change that announced them. */
const announced = new WeakMap<Walk, Map<bigint, ChangePayload>>()

function announcedBy(walk: Walk): Map<bigint, ChangePayload> {
  const known = announced.get(walk) ?? new Map<bigint, ChangePayload>()
  announced.set(walk, known)
  return known
}

const authority = (walk: Walk) => ({ authority: walk.venue.admin, exchange: addresses.exchange })

export const setPause: Action = (walk) => attempt('setPause', authority(walk), { bits: 1 << walk.random.int(0, 4) })

export const clearPause: Action = (walk) => {
  const { pauseBits } = walk.mirror.exchange
  return pauseBits === 0
    ? null
    : attempt('clearPause', authority(walk), { bits: walk.random.chance(0.7) ? ALL_BITS : pauseBits })
}

/** A change of one number or two, so that most are sound. */
function newPayload(walk: Walk): ChangePayload {
  const { random, mirror } = walk
  const market = mirror.market(random.int(0, walk.feeds.length - 1))
  const vault = mirror.vault(random.int(1, 2))
  const scale = (value: number, low: number, high: number) => Math.max(1, Math.round(value * random.spread(low, high)))
  const { params } = market
  const scaling = random.chance(0.5) ? BigInt(random.int(50_000, 400_000)) * 1_000_000n : 0n
  const changed = {
    ...params,
    takerFeePpm: random.int(200, 900),
    makerRebatePpm: random.int(0, 120),
    spreadPpm: scale(params.spreadPpm, 0.7, 1.5),
    initialMarginBps: random.int(400, 1_000),
    maintenanceMarginBps: random.int(250, 390),
    marginScaleFrom: scaling,
    marginScaleTo: scaling * 5n,
    depthK: random.chance(0.7) ? params.depthK : (params.depthK * BigInt(random.int(80, 130))) / 100n,
    openInterestCap: (params.openInterestCap * BigInt(random.int(80, 130))) / 100n,
    poolLossCap: params.poolLossCap + 50_000_000_000n,
    insuranceCap: params.insuranceCap + 20_000_000_000n,
  }
  const initialWeightBps = random.int(4_000, 8_000)
  const choices: readonly [ChangePayload, ...ChangePayload[]] = [
    {
      kind: 'market',
      value: { index: market.index, status: market.status === SETTLING ? SETTLING : ACTIVE, params: changed },
    },
    { kind: 'market', value: { index: market.index, status: market.status === SETTLING ? SETTLING : ACTIVE, params } },
    {
      kind: 'tokenVault',
      value: {
        index: vault.index,
        params: {
          ...vault.params,
          initialWeightBps,
          maintenanceWeightBps: initialWeightBps + random.int(0, 1_500),
        },
      },
    },
    { kind: 'insuranceFloor', value: BigInt(random.int(0, 3_000)) * 1_000_000n },
    {
      kind: 'exchange',
      value: {
        ...mirror.exchange.params,
        keeperRewardPpm: random.int(0, 50),
        refereeDiscountBps: random.int(0, 1_000),
        referrerShareBps: random.int(0, 2_000),
      },
    },
  ]
  // A market's end comes rarely: nothing trades there any more.
  if (random.chance(0.03)) return { kind: 'market', value: { index: market.index, status: SETTLING, params } }
  return random.pick(choices)
}

export function payloadHash(payload: ChangePayload): string {
  return createHash('sha256').update(encode(changePayload, payload)).digest('hex')
}

/** A change announced and executed, where no timelock stands between. */
export function proposalOf({ venue, mirror }: Walk, payload: ChangePayload): [Attempt, Attempt] {
  const change = changeAddress(mirror.exchange.nextChangeId).toBase58()
  const named = { admin: venue.admin, exchange: addresses.exchange, change }
  const targets = {
    market: payload.kind === 'market' ? addresses.market(payload.value.index) : null,
    tokenVault: payload.kind === 'tokenVault' ? mirror.vault(payload.value.index).key : null,
    insurance: payload.kind === 'insuranceFloor' ? addresses.insurance : null,
  }
  return [
    attempt('proposeChange', { ...named, systemProgram: SYSTEM_PROGRAM }, { payloadHash: payloadHash(payload) }),
    attempt('executeChange', { ...named, ...targets }, { payload }),
  ]
}

export const proposeChange: Action = (walk) => {
  const id = walk.mirror.exchange.nextChangeId
  const payload = newPayload(walk)
  announcedBy(walk).set(id, payload)
  const accounts = {
    admin: walk.venue.admin,
    exchange: addresses.exchange,
    change: changeAddress(id).toBase58(),
    systemProgram: SYSTEM_PROGRAM,
  }
  return attempt('proposeChange', accounts, { payloadHash: payloadHash(payload) })
}

function openChange(walk: Walk): { id: bigint; payload: ChangePayload; key: string } | null {
  const open = walk.mirror.all('Change').filter(({ id, status }) => status === 0 && announcedBy(walk).has(id))
  const change = walk.random.pick(open.toSorted((a, b) => Number(a.id - b.id)))
  const payload = change && announcedBy(walk).get(change.id)
  return change && payload ? { id: change.id, payload, key: change.key } : null
}

export const executeChange: Action = (walk) => {
  const open = openChange(walk)
  if (!open) return null
  const { payload, key } = open
  const accounts = {
    admin: walk.venue.admin,
    exchange: addresses.exchange,
    change: key,
    market: payload.kind === 'market' ? addresses.market(payload.value.index) : null,
    tokenVault: payload.kind === 'tokenVault' ? walk.mirror.vault(payload.value.index).key : null,
    insurance: payload.kind === 'insuranceFloor' ? addresses.insurance : null,
  }
  return attempt('executeChange', accounts, { payload }, { label: `executeChange ${payload.kind}` })
}

export const cancelChange: Action = (walk) => {
  const open = openChange(walk)
  return open && attempt('cancelChange', { ...authority(walk), change: open.key }, {})
}

export const tightenRisk: Action = (walk) => {
  const { random, mirror } = walk
  const market = mirror.market(random.int(0, walk.feeds.length - 1))
  const vault = mirror.vault(SOL_VAULT)
  const nothing = {
    reduceOnly: false,
    openInterestCap: null,
    initialMarginBps: null,
    spreadPpm: null,
    depositCap: null,
    initialWeightBps: null,
  }
  const choices = [
    { initialMarginBps: market.params.initialMarginBps + random.int(0, 50) },
    { spreadPpm: market.params.spreadPpm + random.int(0, 50) },
    { openInterestCap: (market.params.openInterestCap * 95n) / 100n },
    { reduceOnly: true },
    { initialWeightBps: vault.params.initialWeightBps - random.int(0, 100) },
    { depositCap: (vault.params.depositCap * 95n) / 100n },
  ]
  const args = { ...nothing, ...random.pick(choices) }
  const isVault = args.depositCap !== null || args.initialWeightBps !== null
  return attempt(
    'tightenRisk',
    { ...authority(walk), market: isVault ? null : market.key, tokenVault: isVault ? vault.key : null },
    { args },
  )
}

export const collectFees: Action = (walk) => {
  const { treasury } = walk.mirror.exchange.params
  const trader = walk.traders.find(({ authority: owner }) => owner === treasury)
  const sub = trader && walk.random.pick(walk.subs([trader]))
  if (!sub) return null
  const accounts = {
    exchange: addresses.exchange,
    market: addresses.market(walk.random.int(0, walk.feeds.length - 1)),
    insurance: addresses.insurance,
    pool: addresses.pool,
    quoteVault: walk.mirror.vault(0).key,
    treasurySubAccount: sub.key,
  }
  return attempt('collectFees', accounts, {})
}
