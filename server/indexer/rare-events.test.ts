import type { BN } from '@coral-xyz/anchor'
import type { PublicKey } from '@solana/web3.js'
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { EVENT_NAMES } from '#client/events.ts'
import { listFills, listLiquidations, listOrders, listTransfers } from '#server/exchange/account-repo.ts'
import { getAccount } from '#server/exchange/service.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { bn, key, MARKET_PARAMS, writeHistory } from './history-writer.ts'
import { rebuildProjection } from './rebuild.ts'
import { recordEvents } from './record-events.ts'
import { dumpProjection } from './testing.ts'

// One exchange in which everything happens that trading alone does not bring about: what the rows say afterwards.

const NOW = 1_700_000_090_000
const SOL = 1_000_000_000
const db = await testDatabase()

const history = writeHistory()
const { addresses, emit, next, open } = history
const [long, short, maker, rich] = [open(0), open(1), open(2), open(3)]
const token = { vault: key(), mint: key() }
const ticket = key()
const KINDS = new Set<string>()
const write = (name: string, data: Record<string, unknown>) => {
  KINDS.add(name)
  emit(name, data)
}

const order = (id: number, given: Record<string, unknown> = {}) => ({
  order_id: bn(id),
  kind: { Limit: {} },
  side: { Sell: {} },
  size: bn(SOL),
  limit_price: bn(160_000_000),
  ...given,
})
const of = (subAccount: PublicKey) => ({ sub_account: subAccount, sequence: next(subAccount) })
const marketRecord = (given: Record<string, unknown> = {}) => ({
  market: addresses.market,
  sequence: next(addresses.market),
  ...given,
})
const insurance = (balance: number) => ({
  insurance_balance: bn(balance),
  insurance_sequence: next(addresses.insurance),
})
const filled = (subAccount: PublicKey, base: number, orderId = 0) => ({
  ...of(subAccount),
  order_id: bn(orderId),
  order_filled: bn(SOL),
  order_status: { Filled: {} },
  position_base: bn(base),
  quote_balance: bn(900_000_000),
})
const reduced = (subAccount: PublicKey, change: number, base: number) => ({
  ...of(subAccount),
  base_change: bn(change),
  quote_change: bn((-change / 1_000) * 150),
  position_base: bn(base),
  quote_balance: bn(800_000_000),
})

beforeAll(async () => {
  // Operators
  for (const id of [1, 2]) {
    write('ChangeProposed', {
      sequence: next(addresses.exchange),
      change: key(),
      change_id: bn(id),
      payload_hash: Array(32).fill(id),
      eta: bn(1_700_000_100),
    })
  }
  const market = { index: 0, status: 0, params: { ...MARKET_PARAMS, taker_fee_ppm: 400 } }
  write('ChangeExecuted', {
    sequence: next(addresses.exchange),
    change_id: bn(1),
    payload: { Market: [market] },
    target: addresses.market,
    target_sequence: next(addresses.market),
  })
  write('ChangeCanceled', { sequence: next(addresses.exchange), change_id: bn(2) })
  emit('TokenVaultInitialized', {
    token_vault: token.vault,
    sequence: next(token.vault),
    index: 1,
    mint: token.mint,
    decimals: 9,
  })
  write('RiskTightened', {
    sequence: next(addresses.exchange),
    market: {
      market: addresses.market,
      sequence: next(addresses.market),
      initial_margin_bps: 900,
      open_interest_cap: bn(7),
    },
    token_vault: {
      token_vault: token.vault,
      index: 1,
      sequence: next(token.vault),
      deposit_cap: bn(5),
      initial_weight_bps: 4,
    },
  })

  // Wallets
  const user = { user_account: key(), authority: long.authority }
  write('UserAccountCreated', user)
  write('UserAccountUpdated', { ...user, name: [...Buffer.from('Zoë'.padEnd(31, '\0'))], referrer: short.authority })
  write('SubAccountUpdated', {
    ...of(long.subAccount),
    delegate: key(),
    delegate_budget: bn(50_000_000),
    isolated_market: 0,
  })
  write('CollateralTransferred', {
    from: long.subAccount,
    from_sequence: next(long.subAccount),
    to: rich.subAccount,
    to_sequence: next(rich.subAccount),
    token_vault: addresses.vault,
    token_vault_sequence: next(addresses.vault),
    mint: addresses.mint,
    amount: bn(100_000_000),
    from_balance: bn(900_000_000),
    to_balance: bn(1_100_000_000),
  })

  // A bracket: an entry, its stop and its take-profit
  const bracket = { parent_id: bn(1), stage: { AwaitingParent: {} }, size: bn(0), flags: 1 + 16 + 32, group_id: 9 }
  const stop = {
    ...bracket,
    kind: { Market: {} },
    limit_price: bn(0),
    trigger_price: bn(140_000_000),
    trigger_direction: { Below: {} },
  }
  const woken = { stage: { AwaitingTrigger: {} }, size: bn(SOL) }
  emit('OrderPlaced', {
    ...of(long.subAccount),
    orders: [
      order(1, { side: { Buy: {} } }),
      order(2, stop),
      order(3, { ...bracket, trailing_distance: bn(2_000_000) }),
    ],
  })
  emit('OrderPlaced', { ...of(short.subAccount), orders: [order(1)] })
  emit('OrderPlaced', { ...of(maker.subAccount), orders: [order(1, { flags: 2 }), order(2, { flags: 8 })] })
  emit('OrderFilled', {
    market: addresses.market,
    market_sequence: next(addresses.market),
    side: { Buy: {} },
    size: bn(SOL),
    quote: bn(160_000_000),
    fee: bn(64_000),
    taker: {
      ...filled(long.subAccount, SOL, 1),
      changed: [order(2, { ...stop, ...woken }), order(3, { ...bracket, ...woken })],
    },
    makers: [{ size: bn(SOL), quote: bn(160_000_000), rebate: bn(16_000), party: filled(maker.subAccount, -SOL, 1) }],
  })
  emit('OrderFilled', {
    market: addresses.market,
    market_sequence: next(addresses.market),
    side: { Sell: {} },
    size: bn(SOL),
    quote: bn(150_000_000),
    taker: filled(short.subAccount, -SOL, 1),
    // Taken off: it could not carry the fill.
    makers: [
      {
        party: {
          ...filled(maker.subAccount, -SOL, 2),
          order_filled: bn(0),
          order_status: { Canceled: {} },
          cancel_reason: { InsufficientMargin: {} },
        },
      },
    ],
  })
  write('TrailingStopMoved', {
    ...of(long.subAccount),
    order_id: bn(3),
    trailing_extreme: bn(165_000_000),
    trigger_price: bn(163_000_000),
  })
  write('OrderModified', {
    ...of(long.subAccount),
    order: order(2, { ...stop, ...woken, trigger_price: bn(145_000_000) }),
  })
  write('OrderTriggered', { ...of(long.subAccount), order: order(2, { ...stop, ...woken, stage: { Active: {} } }) })
  write('OrderRearmed', {
    ...of(long.subAccount),
    order: order(2, { ...stop, ...woken }),
    reason: { PriceLimit: {} },
  })
  write('OrderCanceled', {
    ...of(long.subAccount),
    orders: [{ order_id: bn(3), reason: { GroupFilled: {} } }],
  })

  // Risk
  const covered = { loss: bn(90), insurance: bn(50), pool: bn(20), socialised: bn(15), deficit: bn(5) }
  write('PositionLiquidated', {
    party: {
      ...reduced(long.subAccount, -SOL / 2, SOL / 2),
      canceled: [{ order_id: bn(2), reason: { Liquidation: {} } }],
    },
    makers: [],
    taken_size: bn(SOL / 4),
    pool_size: bn(SOL / 4),
    insurance_fee: bn(10),
    market: marketRecord(),
    ...insurance(500),
    ...takenBy(rich.subAccount),
  })
  write('PositionDeleveraged', {
    party: reduced(long.subAccount, -SOL / 2, 0),
    counterparty: reduced(short.subAccount, SOL / 2, -SOL / 2),
    covered,
    market: marketRecord(),
    ...insurance(450),
  })
  write('CollateralLiquidated', {
    ...of(long.subAccount),
    liquidator_sub_account: rich.subAccount,
    liquidator_sequence: next(rich.subAccount),
    quote_vault: addresses.vault,
    quote_vault_sequence: next(addresses.vault),
    mint: token.mint,
    tokens: bn(3),
    quote: bn(400),
    token_balance: bn(0),
    quote_balance: bn(-7),
    liquidator_token_balance: bn(3),
    liquidator_quote_balance: bn(1_000_000_000),
  })
  write('BankruptcyResolved', {
    ...of(long.subAccount),
    quote_balance: bn(0),
    covered: { ...covered, loss: bn(7) },
    market: marketRecord(),
    ...insurance(400),
  })
  write('MarketAbandoned', { market: marketRecord(), settles_from: bn(1_700_003_600) })
  write('MarketSettled', { market: marketRecord({ status: 2 }), settlement_price: bn(149_000_000), ...insurance(400) })
  write('PositionSettled', {
    party: reduced(maker.subAccount, SOL, 0),
    settlement_price: bn(149_000_000),
    covered: { ...covered, loss: bn(5) },
    market: marketRecord({ status: 2 }),
    ...insurance(400),
  })

  // Money
  write('InsuranceRefilled', {
    sequence: next(addresses.insurance),
    sub_account: rich.subAccount,
    sub_account_sequence: next(rich.subAccount),
    amount: bn(100),
    deficit_repaid: bn(3),
    market: marketRecord({ status: 2 }),
    balance: bn(500),
    quote_balance: bn(999_999_900),
  })
  write('FeesCollected', {
    market: addresses.market,
    market_sequence: next(addresses.market),
    to_insurance: bn(1),
    to_treasury: bn(2),
    insurance_balance: bn(501),
    insurance_sequence: next(addresses.insurance),
    pool_sequence: next(addresses.pool),
    pool_idle: bn(30),
    token_vault: addresses.vault,
    token_vault_sequence: next(addresses.vault),
    treasury_sub_account: rich.subAccount,
    treasury_sequence: next(rich.subAccount),
    treasury_quote_balance: bn(999_999_902),
  })
  write('ReferralRewardsCollected', {
    ...of(short.subAccount),
    token_vault: addresses.vault,
    token_vault_sequence: next(addresses.vault),
    amount: bn(11),
    quote_balance: bn(800_000_011),
  })
  const share = { ticket, ticket_id: bn(1), owner: rich.authority, sub_account: rich.subAccount, total_shares: bn(40) }
  write('PoolExitRequested', {
    ...share,
    sequence: next(addresses.pool),
    sub_account_sequence: next(rich.subAccount),
    shares: bn(10),
  })
  write('PoolExited', {
    ...share,
    sequence: next(addresses.pool),
    sub_account_sequence: next(rich.subAccount),
    shares: bn(10),
    amount: bn(12),
    idle: bn(18),
    quote_balance: bn(999_999_914),
  })
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: NOW })
})

function takenBy(subAccount: PublicKey) {
  const taken = reduced(subAccount, SOL / 4, SOL / 4)
  const sequence: BN = taken.sequence
  return {
    taken,
    liquidator_sub_account: subAccount,
    liquidator_sequence: sequence,
    liquidator_quote_balance: taken.quote_balance,
  }
}

const TRADED = [
  'ExchangeInitialized',
  'TokenVaultInitialized',
  'MarketInitialized',
  'SubAccountCreated',
  'CollateralDeposited',
]
const ELSEWHERE = [
  'PauseChanged',
  'SubAccountClosed',
  'CollateralWithdrawn',
  'OrderPlaced',
  'OrderFilled',
  'FundingAccrued',
]
const POOL = ['PoolDepositRequested', 'PoolSharesMinted', 'PoolAllocated']

it('covers every event that trading does not', () => {
  expect(EVENT_NAMES.filter((name) => !KINDS.has(name) && ![...TRADED, ...ELSEWHERE, ...POOL].includes(name))).toEqual(
    [],
  )
})

it('projects all of it, and a rebuild gives the same rows', async () => {
  const { rows } = await sql<{
    waiting: number
  }>`select count(*)::int as waiting from chain.program_events where not projected`.execute(db)
  expect(rows[0]?.waiting).toBe(0)
  const live = await dumpProjection(db)
  expect((await rebuildProjection(db, history.singletons, NOW)).waiting).toBe(0)
  expect(await dumpProjection(db)).toEqual(live)
})

const idOf = ({ authority }: { authority: PublicKey }) => authority.toBase58()
const page = { limit: 50 }

it('shows what admins did', async () => {
  const changes = await db.selectFrom('changes').select(['change_id', 'status', 'kind']).orderBy('change_id').execute()
  expect(changes).toEqual([
    { change_id: 1n, status: 'executed', kind: 'market' },
    { change_id: 2n, status: 'canceled', kind: null },
  ])
  const market = await db.selectFrom('markets').selectAll().executeTakeFirstOrThrow()
  expect(market).toMatchObject({
    taker_fee_ppm: 400,
    initial_margin_bps: 900,
    open_interest_cap: 7n,
    status: 'settling',
    settlement_price: 149_000_000n,
  })
  const vault = await db.selectFrom('token_vaults').selectAll().where('index', '=', 1).executeTakeFirstOrThrow()
  expect(vault).toMatchObject({ deposit_cap: 5n, initial_weight_bps: 4 })
})

it('tells how each order ended, and why', async () => {
  const ended = (await listOrders(db, { authority: idOf(long), ...page })).items
  expect(
    ended.map(({ orderId, status, reason, triggerPrice, groupId, parentId }) => [
      orderId,
      status,
      reason,
      triggerPrice,
      groupId,
      parentId,
    ]),
  ).toEqual([
    ['3', 'canceled', 'group_filled', '163', 9, '1'],
    ['2', 'canceled', 'liquidation', '140', 9, '1'],
    ['1', 'filled', null, null, null, null],
  ])
  const [second, first] = (await listOrders(db, { authority: idOf(maker), ...page })).items
  expect([first?.status, first?.postOnly]).toEqual(['filled', true])
  expect([second?.status, second?.reason, second?.filled]).toEqual(['canceled', 'insufficient_margin', '0'])
})

it('gives both sides of every fill a row, and the tape one', async () => {
  const fills = (await listFills(db, { authority: idOf(maker), ...page })).items
  expect(fills.map(({ side, taker, cause, fee, orderId }) => [side, taker, cause, fee, orderId])).toEqual([
    ['buy', false, 'settlement', '0', null],
    ['sell', false, 'order', '-0.016', '1'],
  ])
  const tape = await db
    .selectFrom('trades')
    .select(['cause', 'taker'])
    .where('taker', '=', true)
    .orderBy('market_sequence')
    .execute()
  expect(tape.map(({ cause }) => cause)).toEqual(['order', 'order', 'liquidation', 'deleverage'])
  expect((await listLiquidations(db, { authority: idOf(long), ...page })).items.map(({ loss }) => loss)).toEqual([
    '0.00009',
    '0',
  ])
})

it('says who bore a loss', async () => {
  const losses = await db.selectFrom('covered_losses').selectAll().orderBy('at').execute()
  expect(losses.map(({ loss, insurance, deficit, sub_account }) => [loss, insurance, deficit, sub_account])).toEqual([
    [90n, 50n, 5n, long.subAccount.toBase58()],
    [7n, 50n, 5n, long.subAccount.toBase58()],
    [5n, 50n, 5n, maker.subAccount.toBase58()],
  ])
  expect(await db.selectFrom('insurance').select('balance').executeTakeFirst()).toEqual({ balance: 501n })
  expect(await db.selectFrom('collateral_liquidations').select(['tokens', 'quote']).execute()).toEqual([
    { tokens: 3n, quote: 400n },
  ])
})

it('shows money that moved beside the markets', async () => {
  const kinds = (await listTransfers(db, { authority: idOf(rich), ...page })).items.map(({ kind, amount }) => [
    kind,
    amount,
  ])
  expect(kinds).toEqual([
    ['treasuryFees', '0.000002'],
    ['insuranceRefill', '0.0001'],
    ['transferIn', '100'],
    ['deposit', '1000'],
  ])
  expect((await getAccount(db, idOf(long))).subAccounts[0]).toMatchObject({
    isolatedMarket: 'SOL-PERP',
    delegateBudget: '50',
    positions: [],
  })
  expect((await getAccount(db, idOf(rich))).subAccounts[0]?.positions).toMatchObject([{ base: '0.25' }])
  const pool = await db.selectFrom('pool_events').select(['kind', 'shares', 'amount']).orderBy('at').execute()
  expect(pool).toEqual([
    { kind: 'exit_requested', shares: 10n, amount: 0n },
    { kind: 'exited', shares: 10n, amount: 12n },
  ])
  expect(await db.selectFrom('user_accounts').select(['name', 'referrer']).executeTakeFirst()).toEqual({
    name: 'Zoë',
    referrer: short.authority.toBase58(),
  })
})
