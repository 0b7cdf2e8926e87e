/** The heaviest call of each instruction that a full account, full makers or many markets make heavy. */
import type { PlaceOrderArgs } from '#client/generated/types.ts'
import { poolTicketAddress, unwrapAddress } from '#client/pda.ts'
import { proposalOf } from '../walk/actions/admin.ts'
import { type Attempt, attempt, readonly } from '../walk/attempt.ts'
import { SYSTEM_PROGRAM } from '../walk/chain.ts'
import { SOL_VAULT, type WalkVenue } from '../walk/venue.ts'
import { addresses, subAddress, type Trader } from '../walk/walk.ts'
import { Crowd } from './crowd.ts'

/** Everybody holds the first eight markets, the weak and their counterparty the last eight. */
export const MARKETS_OF_A_CROWD = 9
const LAST = MARKETS_OF_A_CROWD - 1
const RICH = { usdc: 20_000, sol: 20, jup: 2_000 }
const WEAK = { usdc: 0, sol: 0.7, jup: 60 }
const MAKERS = 4
const STOP: Partial<PlaceOrderArgs> = {
  kind: 'market',
  timeInForce: 'immediateOrCancel',
  reduceOnly: true,
  limitPrice: 0n,
  triggerDirection: 'below',
}

export type Cast = { crowd: Crowd; taker: Trader; makers: Trader[]; keeper: Trader; weak: Trader; counterparty: Trader }
export type WorstCase = (cast: Cast) => Attempt

/** Traders with eight positions and eleven orders each. */
export function cast(venue: WalkVenue): Cast {
  const crowd = new Crowd(venue)
  crowd.pass()
  const rich = () => crowd.trader(RICH)
  const [taker, keeper, counterparty] = [rich(), rich(), rich()]
  const makers = Array.from({ length: MAKERS }, rich)
  const weak = crowd.trader(WEAK)
  for (const trader of [taker, keeper, ...makers]) {
    crowd.fill(trader, 500)
    crowd.bid(trader, 11)
  }
  crowd.fill(weak, 190, 1)
  crowd.enter(counterparty, LAST, 'sell', 190)
  for (let market = 1; market < LAST; market++) crowd.enter(counterparty, market, 'buy', 190)
  for (const trader of [weak, counterparty]) crowd.bid(trader, 11, 1)
  return { crowd, taker, makers, keeper, weak, counterparty }
}

export const WORST: Readonly<Record<string, WorstCase>> = {
  placeOrder: ({ crowd, taker }) => {
    const child = (above: boolean): Partial<PlaceOrderArgs> => ({
      ...STOP,
      size: 0n,
      parent: 0,
      groupId: 1,
      oneCancelsOther: true,
      triggerDirection: above ? 'above' : 'below',
      triggerPrice: crowd.order(0, 'sell', 12, above ? 0.05 : -0.05).limitPrice,
    })
    const bracket = [
      crowd.order(0, 'buy', 100, 0.001),
      crowd.order(0, 'sell', 100, 0, child(true)),
      crowd.order(0, 'sell', 100, 0, child(false)),
      crowd.order(0, 'buy', 100, -0.2),
    ]
    return crowd.place(taker, 0, bracket)
  },
  openPosition: ({ crowd, taker }) => crowd.open(taker, 0, 'buy', 100),
  closePosition: ({ crowd, taker }) => {
    const { limitPrice } = crowd.order(0, 'sell', 12, -0.1)
    const order = { fractionBps: 10_000, limitPrice, clientId: 0n }
    return attempt('closePosition', crowd.orderAccounts(taker, 0), { order })
  },
  modifyOrder: ({ crowd, taker }) => {
    full(crowd, taker)
    const { size, limitPrice } = crowd.order(7, 'buy', 30, -0.25)
    const orderId = crowd.sub(taker).orders.findLast(({ marketIndex }) => marketIndex === 7)?.orderId ?? 0n
    const args = { orderId, size, limitPrice, triggerPrice: 0n, trailingDistance: 0n, pegOffset: null, expiresAt: 0n }
    const remaining = crowd.walk.marginAccounts([crowd.sub(taker)], [addresses.market(7)])
    return attempt('modifyOrder', crowd.orderAccounts(taker, 7), { args }, { remaining })
  },
  cancelOrder: ({ crowd, taker }) => {
    full(crowd, taker)
    return attempt('cancelOrder', named(taker), { target: { kind: 'all' } })
  },
  expireOrders: ({ crowd, taker }) => {
    crowd.do(attempt('cancelOrder', named(taker), { target: { kind: 'all' } }))
    crowd.bid(taker, 16, 0, { timeInForce: 'goodTillTime', expiresAt: BigInt(crowd.walk.now + 60) })
    crowd.pass(100)
    return attempt('expireOrders', named(taker), {})
  },
  triggerOrder: ({ crowd, taker }) => stopped(crowd, taker, 'triggerOrder', 0.9),
  ratchetTrailingStop: ({ crowd, taker }) => stopped(crowd, taker, 'ratchetTrailingStop', 1.05),
  forceCancelOrders: ({ crowd, weak }) => {
    full(crowd, weak, 1)
    crowd.pass(1, 0.93)
    return attempt('forceCancelOrders', named(weak), {}, { remaining: crowd.walk.marginAccounts([crowd.sub(weak)]) })
  },
  executeOrder: ({ crowd, taker, makers, keeper }) => {
    // Each maker sells more than it holds, so that its margin is judged; the pool takes the rest.
    for (const maker of makers) {
      full(crowd, maker, 0, 15)
      crowd.do(crowd.place(maker, 0, [crowd.order(0, 'sell', 1_000, 0, { postOnly: true })]))
    }
    full(crowd, taker, 0, 15)
    crowd.pass()
    crowd.do(crowd.open(taker, 0, 'buy', 6_000))
    crowd.pass()
    return crowd.execute(taker, 0, makers, keeper)
  },
  liquidatePosition: ({ crowd, weak, makers, keeper }) => {
    for (const maker of makers) {
      full(crowd, maker, 0, 15)
      crowd.do(crowd.place(maker, 1, [crowd.order(1, 'buy', 30, -0.075)]))
    }
    full(crowd, weak, 1)
    crowd.pass(1, 0.93)
    const { sub, accounts } = liquidation(crowd, weak, 1, keeper)
    const subs = [...makers, keeper].map((trader) => crowd.sub(trader))
    const bids = makers.map((maker) => crowd.sub(maker).nextOrderId - 1n)
    return attempt(
      'liquidatePosition',
      accounts,
      { takeSize: crowd.size(1, 30), makerOrderIds: bids },
      {
        remaining: [
          ...makers.map((maker) => ({ key: crowd.sub(maker).key, signer: false, writable: true })),
          ...crowd.walk.marginAccounts([sub, ...subs], [addresses.market(1)]),
        ],
      },
    )
  },
  deleverage: ({ crowd, weak, counterparty }) => {
    full(crowd, weak, 1)
    full(crowd, counterparty, 1)
    const { poolAllocation } = crowd.walk.mirror.market(LAST).ledger
    crowd.do(attempt('allocatePool', poolAccounts(crowd, LAST), { amount: -poolAllocation }))
    crowd.pass(1, 0.91)
    const accounts = {
      market: addresses.market(LAST),
      insurance: addresses.insurance,
      subAccount: crowd.sub(weak).key,
      counterparty: crowd.sub(counterparty).key,
    }
    const remaining = crowd.walk.marginAccounts([crowd.sub(weak), crowd.sub(counterparty)], [accounts.market])
    return attempt('deleverage', accounts, {}, { remaining })
  },
  liquidateCollateral: ({ crowd, weak, keeper }) => {
    crowd.pass(1, 0.93)
    const accounts = {
      liquidator: keeper.authority,
      subAccount: crowd.sub(weak).key,
      liquidatorSubAccount: crowd.sub(keeper).key,
      tokenVault: crowd.vault(SOL_VAULT).tokenVault,
      quoteVault: crowd.vault(0).tokenVault,
    }
    const remaining = crowd.walk.marginAccounts([crowd.sub(weak), crowd.sub(keeper)], [accounts.tokenVault])
    return attempt('liquidateCollateral', accounts, { maxTokens: 1_000_000_000n }, { remaining })
  },
  settlePosition: ({ crowd, taker }) => {
    full(crowd, taker)
    const { params } = crowd.walk.mirror.market(0)
    const payload = { kind: 'market', value: { index: 0, status: 2, params } } as const
    for (const action of proposalOf(crowd.walk, payload)) crowd.do(action)
    crowd.do(attempt('settleMarket', { market: addresses.market(0), insurance: addresses.insurance }, {}))
    const accounts = { ...named(taker), market: addresses.market(0), insurance: addresses.insurance }
    return attempt('settlePosition', accounts, {}, { remaining: crowd.walk.vaultsOf([crowd.sub(taker)]) })
  },
  withdrawTokens: ({ crowd, taker }) => withdrawal(crowd, taker, 'withdrawTokens'),
  withdrawNativeSol: ({ crowd, taker }) => withdrawal(crowd, taker, 'withdrawNativeSol'),
  transferCollateral: ({ crowd, taker }) => {
    const to = subAddress(taker.authority, 1)
    crowd.do(
      attempt('createSubAccount', { authority: taker.authority, userAccount: taker.user, subAccount: to }, { id: 1 }),
    )
    const { tokenVault } = crowd.vault(0)
    return attempt(
      'transferCollateral',
      { authority: taker.authority, from: crowd.sub(taker).key, to, tokenVault },
      { amount: 1_000_000n },
      margin(crowd, taker),
    )
  },
  refillInsurance: ({ crowd, taker }) =>
    attempt(
      'refillInsurance',
      { ...named(taker), insurance: addresses.insurance, market: null },
      { amount: 1_000_000n },
      margin(crowd, taker),
    ),
  depositToPool,
  mintPoolShares,
  requestPoolExit,
  exitPool: (given) => {
    given.crowd.do(requestPoolExit(given))
    given.crowd.pass(62)
    return attempt('exitPool', ticketAccounts(given, 2n), {}, allMarkets(given.crowd))
  },
}

function depositToPool(given: Cast): Attempt {
  const args = { ticketId: 1n, amount: 2_000_000_000n }
  const { crowd, taker } = given
  const remaining = [...allMarkets(crowd).remaining, ...crowd.walk.vaultsOf([crowd.sub(taker)])]
  return attempt('depositToPool', ticketAccounts(given, 1n), args, { remaining })
}

function mintPoolShares(given: Cast): Attempt {
  const { crowd, keeper } = given
  crowd.do(depositToPool(given))
  crowd.pass(3)
  const accounts = { ...ticketAccounts(given, 1n), keeper: keeper.authority }
  return attempt('mintPoolShares', accounts, {}, allMarkets(crowd))
}

function requestPoolExit(given: Cast): Attempt {
  given.crowd.do(mintPoolShares(given))
  const args = { ticketId: 2n, shares: 1_000_000n }
  return attempt('requestPoolExit', ticketAccounts(given, 2n), args, allMarkets(given.crowd))
}

/** The design's target for liquidations speaks of four positions. */
export function liquidationOfFour({ crowd, keeper }: Cast): Attempt {
  const weak = crowd.trader(WEAK)
  for (let market = 0; market < 4; market++) crowd.enter(weak, market, 'buy', 380)
  crowd.pass(1, 0.93)
  const { sub, accounts } = liquidation(crowd, weak, 0, keeper)
  const remaining = crowd.walk.marginAccounts([sub], [addresses.market(0)])
  return attempt('liquidatePosition', accounts, { takeSize: 0n, makerOrderIds: [] }, { remaining })
}

/** Up to sixteen orders. */
function full(crowd: Crowd, trader: Trader, first = 0, count = 16): void {
  crowd.bid(trader, count - crowd.sub(trader).orders.length, first)
}

const named = ({ authority, user }: Trader) => ({
  authority,
  trader: authority,
  userAccount: user,
  subAccount: subAddress(authority, 0),
})

const margin = (crowd: Crowd, trader: Trader) => ({ remaining: crowd.walk.marginAccounts([crowd.sub(trader)]) })
const allMarkets = (crowd: Crowd) => ({
  remaining: crowd.walk.feeds.map((_, index) => readonly(addresses.market(index))),
})
const poolAccounts = ({ venue }: Crowd, market: number) => ({
  authority: venue.admin,
  exchange: addresses.exchange,
  pool: addresses.pool,
  market: addresses.market(market),
})

function ticketAccounts({ crowd, taker }: Cast, id: bigint) {
  return {
    ...named(taker),
    exchange: addresses.exchange,
    pool: addresses.pool,
    quoteVault: crowd.vault(0).tokenVault,
    ticket: poolTicketAddress(taker.authority, id).toBase58(),
    owner: taker.authority,
    systemProgram: SYSTEM_PROGRAM,
  }
}

function liquidation(crowd: Crowd, weak: Trader, market: number, keeper: Trader) {
  const sub = crowd.sub(weak)
  const accounts = {
    liquidator: keeper.authority,
    exchange: addresses.exchange,
    market: addresses.market(market),
    subAccount: sub.key,
    insurance: addresses.insurance,
    liquidatorSubAccount: crowd.sub(keeper).key,
  }
  return { sub, accounts }
}

/** A stop among sixteen orders, at a price that sets it off or moves it. */
function stopped(crowd: Crowd, taker: Trader, name: 'triggerOrder' | 'ratchetTrailingStop', part: number): Attempt {
  full(crowd, taker, 0, 15)
  const distance = crowd.order(0, 'sell', 12, 0.05 - 1).limitPrice
  const trigger = crowd.order(0, 'sell', 12, -0.05).limitPrice
  const trails = name === 'ratchetTrailingStop'
  const stop = trails ? { ...STOP, trailingDistance: distance } : { ...STOP, triggerPrice: trigger }
  crowd.do(crowd.place(taker, 0, [crowd.order(0, 'sell', 100, 0, stop)]))
  crowd.pass(2, part)
  const orderId = crowd.sub(taker).nextOrderId - 1n
  return attempt(name, { market: addresses.market(0), subAccount: crowd.sub(taker).key }, { orderId })
}

function withdrawal(crowd: Crowd, taker: Trader, name: 'withdrawTokens' | 'withdrawNativeSol'): Attempt {
  full(crowd, taker)
  const vault = crowd.vault(name === 'withdrawTokens' ? 0 : SOL_VAULT)
  const accounts = { ...named(taker), ...vault, exchange: addresses.exchange }
  const remaining = crowd.walk.marginAccounts([crowd.sub(taker)], [vault.tokenVault])
  if (name === 'withdrawTokens') {
    return attempt(
      name,
      { ...accounts, userTokens: taker.tokens.get(0) ?? null },
      { amount: 1_000_000n },
      { remaining },
    )
  }
  const native = {
    unwrapped: unwrapAddress(crowd.sub(taker).key).toBase58(),
    nativeMint: crowd.venue.mints[SOL_VAULT] ?? null,
    systemProgram: SYSTEM_PROGRAM,
  }
  return attempt(name, { ...accounts, ...native }, { lamports: 1_000_000n }, { remaining })
}
