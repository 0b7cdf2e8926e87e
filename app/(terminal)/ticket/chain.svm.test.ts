import { Keypair } from '@solana/web3.js'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  decodeExchange,
  decodeMarket,
  decodeSubAccount,
  type EventOf,
  exchangeAddress,
  executeOrder,
  marketAddress,
  type NewOrder,
  placeOrders,
  portfolioOf,
  ratchetTrailingStop,
  subAccountAddress,
  tradedMarketOf,
  triggerOrder,
} from '#client/index.ts'
import { liquidationPrice, type Portfolio } from '#client/math/index.ts'
import {
  data,
  fundPool,
  join,
  keeper,
  openExchange,
  price,
  publish,
  refusal,
  riskOf,
  send,
  svm,
  USD,
} from '#client/svm-fixture.ts'
import type { MarketView } from '../account/market-view.ts'
import type { TicketFields } from './fields.ts'
import { evaluateTicket, type TicketView } from './model.ts'
import { planOrders } from './plan.ts'
import { readPrices } from './prices.ts'
import { base, NOTHING, ticket, usd } from './testing.ts'

// What the ticket shows before sending must be what the program then does, to the unit, for each kind of order.

let wallet = Keypair.generate()
const address = () => subAccountAddress(wallet.publicKey, 0)
const account = () => decodeSubAccount(data(address()))

function market(): MarketView {
  const found = decodeMarket(data(marketAddress(0)))
  const { params, ledger, funding } = found
  return {
    ...tradedMarketOf(found, decodeExchange(data(exchangeAddress()))),
    market: found.symbol,
    index: 0,
    baseSymbol: 'SOL',
    status: 'active',
    tickSize: params.tickSize,
    minNotional: params.minNotional,
    makerRebatePpm: params.makerRebatePpm,
    rebateShare: 10_000,
    maxLeverage: 20,
    openInterestCap: params.openInterestCap,
    openInterestLong: ledger.openInterestLong,
    openInterestShort: ledger.openInterestShort,
    fundingIndexLong: funding.indexLong,
    fundingIndexShort: funding.indexShort,
    fundingRateHourly: 0n,
    publishedAt: Number(found.price.publishTime) * 1000,
    quality: 'valid',
    settlementPrice: null,
  }
}

const portfolio = (): Portfolio =>
  portfolioOf(account(), new Map([[0, decodeMarket(data(marketAddress(0)))]]), new Map(), BigInt(svm.now))

const look = (fields: Partial<TicketFields>): TicketView =>
  evaluateTicket(ticket(fields), {
    market: market(),
    portfolio: portfolio(),
    resting: NOTHING,
    reading: false,
    isolatedMarket: null,
    tradingKeyUntil: null,
    wallet: 'connected',
    now: svm.now * 1000,
  })

const instructions = (orders: readonly NewOrder[]) =>
  Array.from({ length: Math.ceil(orders.length / 4) }, (_, index) =>
    placeOrders({
      trader: wallet.publicKey,
      subAccount: address(),
      marketIndex: 0,
      orders: orders.slice(index * 4, index * 4 + 4),
      marginAccounts: riskOf(address(), 0),
    }),
  )

/** Sends what the ticket made of the fields. @returns what it showed, and the ids of its orders. */
function place(fields: Partial<TicketFields>): { view: TicketView; ids: bigint[] } {
  const view = look(fields)
  expect(view.problems).toEqual([])
  const first = account().nextOrderId
  const orders = view.order?.orders ?? []
  send(wallet, ...instructions(orders))
  return { view, ids: orders.map((_, index) => first + BigInt(index)) }
}

/** Executes an order at the next price. */
function execute(orderId: bigint | undefined, at: bigint = price): EventOf<'OrderFilled'> {
  const [event] = send(
    keeper,
    executeOrder({
      keeper: keeper.publicKey,
      marketIndex: 0,
      subAccount: address(),
      authority: wallet.publicKey,
      orderId: orderId ?? 0n,
      marginAccounts: riskOf(address(), 0),
      keeperSubAccount: subAccountAddress(keeper.publicKey, 0),
      priceUpdate: publish(1, at),
    }),
  )
  if (event?.name !== 'OrderFilled') throw new Error(`not filled: ${event?.name}`)
  return event.data
}

/** Lets the oracle reach the trigger, sets the order off, and executes it at the same price. */
function setOff(orderId: bigint | undefined, at: bigint): EventOf<'OrderFilled'> {
  publish(1, at)
  send(keeper, triggerOrder({ marketIndex: 0, subAccount: address(), orderId: orderId ?? 0n }))
  return execute(orderId, at)
}

function expectAsShown({ estimate }: TicketView, filled: EventOf<'OrderFilled'>): void {
  const { quote, fee, keeperReward } = filled
  expect({ quote, fee, keeperReward, realised: filled.taker.realisedPnl }).toEqual({
    quote: estimate?.value,
    fee: estimate?.fee,
    keeperReward: estimate?.keeperReward,
    realised: estimate?.realisedPnl,
  })
}

/** To a twentieth of a cent: some seconds of funding. */
function expectNear(found: bigint | null | undefined, shown: bigint | null | undefined): void {
  expect(Math.abs(Number((found ?? 0n) - (shown ?? 10_000n)))).toBeLessThan(500)
}

const placed = (id: bigint | undefined) => account().orders.find(({ orderId }) => orderId === id)

beforeAll(async () => {
  await openExchange()
  fundPool()
  publish(1)
})

/** A new account for each kind, so that none depends on another. */
function fresh(quote = 5_000n * USD): void {
  wallet = Keypair.generate()
  join(wallet, quote)
  publish(1)
}

describe('what the ticket shows is what the chain does', () => {
  it('a market order: value, fees, profit, and where the account is then liquidated', () => {
    fresh()
    const { view, ids } = place({ size: '80' })
    expectAsShown(view, execute(ids[0]))
    expect(liquidationPrice(portfolio(), 'SOL-PERP')).toBe(view.estimate?.liquidationPrice)
    const closing = place({ side: 'sell', reduceOnly: true, size: '30' })
    expectAsShown(closing.view, execute(closing.ids[0]))
    expectNear(liquidationPrice(portfolio(), 'SOL-PERP'), closing.view.estimate?.liquidationPrice)
  })

  it.each(['gtc', 'ioc', 'fok'] as const)('a limit order that crosses, %s', (timeInForce) => {
    fresh()
    const { view, ids } = place({ kind: 'limit', price: '151', size: '20', timeInForce })
    expect(view.estimate?.way).toBe('now')
    expectAsShown(view, execute(ids[0]))
  })

  it('a limit order that rests is filled no worse than shown, once its price has come', () => {
    fresh()
    const { view, ids } = place({ kind: 'limit', price: '148', size: '20', timeInForce: 'gtt' })
    expect(view.estimate?.way).toBe('rests')
    expect(placed(ids[0])).toMatchObject({ timeInForce: 'goodTillTime', takes: false })
    const filled = execute(ids[0], usd('147'))
    expect(filled.quote).toBeLessThanOrEqual(view.estimate?.value ?? 0n)
    expect(filled.fee).toBeLessThanOrEqual(view.estimate?.fee ?? 0n)
  })

  it('a post-only order where the ticket allows it, and refused where the ticket does', () => {
    fresh()
    place({ kind: 'limit', price: '149', size: '1', postOnly: true })
    const crossing = { kind: 'limit', price: '151', size: '1', postOnly: true } as const
    expect(look(crossing).problems.map(({ code }) => code)).toEqual(['would-take'])
    expect(refused(crossing)).toBe('PostOnlyWouldCross')
  })

  it.each([
    ['stop', 'sell', '145', '10'],
    ['stop', 'buy', '155', '10'],
    ['takeProfit', 'buy', '145', '10'],
    ['takeProfit', 'sell', '155', '10'],
  ] as const)('a %s that %ss at %s', (kind, side, trigger, size) => {
    fresh()
    const { view, ids } = place({ kind, side, trigger, size })
    expect(view.estimate?.way).toBe('waits')
    publish(1)
    expectAsShown(view, setOff(ids[0], usd(trigger)))
    expect(liquidationPrice(portfolio(), 'SOL-PERP')).toBe(view.estimate?.liquidationPrice)
  })

  it('a stop with a limit', () => {
    fresh()
    const fields = {
      kind: 'stop',
      execution: 'limit',
      side: 'buy',
      trigger: '155',
      price: '155.5',
      size: '10',
    } as const
    const { view, ids } = place(fields)
    expectAsShown(view, setOff(ids[0], usd('155')))
  })

  it('a stop of a position realises what is shown', () => {
    fresh()
    execute(place({ size: '20' }).ids[0])
    publish(1)
    const { view, ids } = place({ kind: 'stop', side: 'sell', trigger: '146', size: '20', reduceOnly: true })
    expect(view.estimate?.realisedPnl).toBeLessThan(-usd('79'))
    expectAsShown(view, setOff(ids[0], usd('146')))
  })

  it('a trailing stop begins where the ticket says, follows, and closes there', () => {
    fresh()
    execute(place({ size: '20' }).ids[0])
    publish(1)
    const { view, ids } = place({ kind: 'trailing', side: 'sell', distance: '2', size: '20', reduceOnly: true })
    expect(placed(ids[0])?.triggerPrice).toBe(view.reference)
    publish(1, usd('154'))
    send(keeper, ratchetTrailingStop({ marketIndex: 0, subAccount: address(), orderId: ids[0] ?? 0n }))
    expect(placed(ids[0])).toMatchObject({ trailingExtreme: usd('154'), triggerPrice: usd('152') })
    expect(setOff(ids[0], usd('152')).taker.positionBase).toBe(0n)
  })

  it('a pegged order follows the oracle and fills at its offset', () => {
    fresh()
    const { view, ids } = place({ kind: 'pegged', offset: '-0.05', bound: '150.5', size: '5' })
    expect(view.estimate?.averagePrice).toBe(usd('149.95'))
    expect(placed(ids[0])).toMatchObject({ pegged: true, pegOffset: -usd('0.05'), limitPrice: usd('150.5') })
  })

  it('a ladder of sixteen, four to an instruction', () => {
    fresh()
    const { view, ids } = place({
      kind: 'ladder',
      price: '149',
      lastPrice: '141',
      count: 16,
      size: '32',
      shape: 'last',
    })
    expect(account().orders.map(({ orderId }) => orderId)).toEqual(ids)
    expect(account().orders.reduce((sum, { size }) => sum + size, 0n)).toBe(base('32'))
    expect(account().positions[0]?.openBids).toBe(base('32'))
    expect(view.estimate?.way).toBe('rests')
  })

  it('a pair of which one cancels the other', () => {
    fresh()
    execute(place({ size: '20' }).ids[0])
    publish(1)
    const pair = { kind: 'oco', side: 'sell', price: '154', trigger: '146', size: '20', reduceOnly: true } as const
    const { view, ids } = place(pair)
    const filled = setOff(ids[1], usd('146'))
    expect(filled.taker.realisedPnl).toBe(view.estimate?.realisedOtherwise)
    expect(filled.taker.canceled).toMatchObject([{ orderId: ids[0], reason: 'groupFilled' }])
  })

  it('a bracket: its children get what the parent fills, and bring what the ticket says', () => {
    fresh()
    const { view, ids } = place({ size: '20', protect: true, takeProfit: '155', stopLoss: '146' })
    const [parent, takeProfit, stopLoss] = ids
    expect(placed(stopLoss)).toMatchObject({ stage: 'awaitingParent', size: 0n })
    const before = account().collaterals[0]?.amount ?? 0n
    expectAsShown(view, execute(parent))
    expect(placed(takeProfit)).toMatchObject({ stage: 'awaitingTrigger', size: base('20') })
    publish(1)
    expect(setOff(stopLoss, usd('146')).taker.canceled).toMatchObject([{ orderId: takeProfit }])
    expectNear((account().collaterals[0]?.amount ?? 0n) - before, view.protection.stopLoss?.pnl)
  })
})

describe('what the ticket does not send, the program refuses', () => {
  it.each([
    ['a stop on the wrong side', { kind: 'stop', side: 'sell', trigger: '155', size: '1' }, 'OrderTrigger'],
    [
      'a take-profit on the wrong side',
      { kind: 'takeProfit', side: 'sell', trigger: '145', size: '1' },
      'OrderTrigger',
    ],
    ['a distance beyond the price', { kind: 'trailing', side: 'sell', distance: '200', size: '1' }, 'TrailingDistance'],
    ['a price off the tick', { kind: 'limit', price: '149.001', size: '1' }, 'OrderPrice'],
    ['dust', { kind: 'limit', price: '149', size: '0.01' }, 'OrderTooSmall'],
    [
      'nothing to reduce',
      { kind: 'limit', side: 'sell', price: '151', size: '1', reduceOnly: true },
      'ReduceOnlyWithoutPosition',
    ],
    ['more than one fill', { kind: 'stop', side: 'buy', trigger: '155', size: '101' }, 'OrderTooLarge'],
    ['more than margin carries', { kind: 'limit', price: '149', size: '90' }, 'InsufficientMargin'],
  ] as const)('%s', (_, fields, code) => {
    fresh(usd('600'))
    expect(look(fields).order).toBeNull()
    expect(refused(fields)).toBe(code)
  })

  it('and the largest size it offers is accepted', () => {
    for (const fields of [
      { kind: 'limit', price: '149' },
      { kind: 'stop', side: 'buy', trigger: '155' },
      { kind: 'oco', side: 'buy', price: '149', trigger: '155' },
    ] as const) {
      fresh(usd('600'))
      place({ ...fields, leverage: 20, sizeUnit: 'percent', size: '100' })
    }
  })
})

/** Sends what the fields mean although the ticket would not. */
function refused(fields: Partial<TicketFields>): string {
  const known = market()
  const filled = ticket(fields)
  const prices = readPrices(filled, known)
  const size = base(fields.size ?? '0')
  const plan = planOrders({ fields: filled, prices, base: size, market: known, now: svm.now * 1000 })
  // A distance beyond the price leads to no plan at all.
  const orders = plan?.orders ?? [
    { kind: 'market', side: 'sell', size, triggerDirection: 'below', trailingDistance: usd('200') } as const,
  ]
  const [first] = instructions(orders)
  if (first === undefined) throw new Error('no instruction')
  return refusal(wallet, first)
}
