/** Accounts as full as they can be: three collaterals, eight positions, sixteen orders, and makers who are the same. */
import type { PlaceOrderArgs } from '#client/generated/types.ts'
import { max } from '#client/math/fixed.ts'
import { START_PRICES } from '../params.ts'
import { near, PLAIN, toStep } from '../walk/actions/order-terms.ts'
import { createUser, newTrader } from '../walk/actions/users.ts'
import { type Attempt, attempt } from '../walk/attempt.ts'
import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '../walk/chain.ts'
import type { Sub } from '../walk/mirror.ts'
import { SOL_VAULT, type WalkVenue } from '../walk/venue.ts'
import { addresses, subAddress, type Trader, Walk } from '../walk/walk.ts'

const USD = 1_000_000
const POSITIONS = 8

export type Wealth = { readonly usdc: number; readonly sol: number; readonly jup: number }
type Side = PlaceOrderArgs['side']

export class Crowd {
  readonly walk: Walk
  readonly venue: WalkVenue

  constructor(venue: WalkVenue, traders: readonly Trader[] = []) {
    this.venue = venue
    this.walk = new Walk(venue, 1)
    this.walk.traders.push(...traders)
  }

  /** An independent copy. */
  fork(): Crowd {
    return new Crowd({ ...this.venue, snapshot: this.walk.chain.snapshot() }, this.walk.traders)
  }

  do(action: Attempt): void {
    const { outcome } = this.walk.run(action)
    if (!outcome.ok) throw new Error(`${action.label}: ${outcome.error}\n${outcome.logs().join('\n')}`)
  }

  sub(trader: Trader): Sub {
    return this.walk.mirror.get('SubAccount', subAddress(trader.authority, 0))
  }

  trader({ usdc, sol, jup }: Wealth): Trader {
    const trader = newTrader(this.walk)
    const { authority, user } = trader
    const subAccount = subAddress(authority, 0)
    this.do(createUser(trader))
    this.do(attempt('createSubAccount', { authority, userAccount: user, subAccount }, { id: 0 }))
    for (const [index, amount] of [
      [0, usdc * USD],
      [2, jup * USD],
    ] as const) {
      if (amount === 0) continue
      const userTokens = trader.tokens.get(index) ?? null
      this.do(
        attempt(
          'depositTokens',
          { authority, subAccount, userTokens, ...this.vault(index) },
          { amount: BigInt(amount) },
        ),
      )
    }
    const native = { authority, subAccount, systemProgram: SYSTEM_PROGRAM, ...this.vault(SOL_VAULT) }
    this.do(attempt('depositNativeSol', native, { lamports: BigInt(sol * 1e9) }))
    return trader
  }

  vault(index: number) {
    const vault = this.walk.mirror.vault(index)
    return { tokenVault: vault.key, vaultTokens: vault.tokenAccount, tokenProgram: TOKEN_PROGRAM }
  }

  /** `seconds` later, every price at this part of where it began, and cached. */
  pass(seconds = 1, part = 1): void {
    const { walk } = this
    walk.setTime(walk.now + seconds)
    for (const [index, feed] of walk.feeds.entries()) {
      const price = Number(START_PRICES[feed.name]) * part
      feed.publishAt(price, price, walk.now)
      const vault = index === 0 ? SOL_VAULT : index === 3 ? 2 : null
      const accounts = {
        market: addresses.market(index),
        tokenVault: vault === null ? null : walk.mirror.vault(vault).key,
      }
      this.do(attempt('updateOraclePrice', { ...accounts, priceUpdate: feed.show(walk.chain) }, {}))
    }
  }

  size(market: number, dollars: number): bigint {
    const state = this.walk.mirror.market(market)
    return toStep(BigInt(Math.round((dollars * 1e15) / Number(state.price.price))), state)
  }

  order(
    market: number,
    side: Side,
    dollars: number,
    away: number,
    change: Partial<PlaceOrderArgs> = {},
  ): PlaceOrderArgs {
    const limitPrice = near(this.walk.mirror.market(market), away)
    return { ...PLAIN, side, size: this.size(market, dollars), limitPrice, ...change }
  }

  orderAccounts(trader: Trader, market: number) {
    const { authority } = trader
    return {
      trader: authority,
      exchange: addresses.exchange,
      market: addresses.market(market),
      subAccount: subAddress(authority, 0),
    }
  }

  place(trader: Trader, market: number, orders: readonly PlaceOrderArgs[]): Attempt {
    const remaining = this.walk.marginAccounts([this.sub(trader)], [addresses.market(market)])
    return attempt('placeOrder', this.orderAccounts(trader, market), { orders }, { remaining })
  }

  open(trader: Trader, market: number, side: Side, dollars: number): Attempt {
    const { limitPrice } = this.order(market, side, dollars, side === 'buy' ? 0.1 : -0.1)
    const order = { side, size: this.size(market, dollars), limitPrice, clientId: 0n }
    const remaining = this.walk.marginAccounts([this.sub(trader)], [addresses.market(market)])
    return attempt('openPosition', this.orderAccounts(trader, market), { order }, { remaining })
  }

  /** Fills the account's newest order. */
  execute(trader: Trader, market: number, makers: readonly Trader[], keeper: Trader | null): Attempt {
    const { walk } = this
    const sub = this.sub(trader)
    const subs = makers.map((maker) => this.sub(maker))
    const newest = (orders: Sub['orders']) => orders.reduce((last, { orderId }) => max(orderId, last), 0n)
    const accounts = {
      keeper: (keeper ?? trader).authority,
      exchange: addresses.exchange,
      market: addresses.market(market),
      subAccount: sub.key,
      userAccount: trader.user,
      keeperSubAccount: keeper ? subAddress(keeper.authority, 0) : null,
      priceUpdate: walk.feeds[market]?.show(walk.chain) ?? null,
    }
    const makerOrderIds = subs.map(({ orders }) => newest(orders.filter(({ marketIndex }) => marketIndex === market)))
    return attempt(
      'executeOrder',
      accounts,
      { orderId: newest(sub.orders), makerOrderIds },
      {
        remaining: [
          ...subs.map(({ key }) => ({ key, signer: false, writable: true })),
          ...walk.marginAccounts([sub, ...subs], [addresses.market(market)]),
        ],
      },
    )
  }

  /** Eight positions, from `first` on. */
  fill(trader: Trader, dollars: number, first = 0): void {
    for (let market = first; market < first + POSITIONS; market++) this.enter(trader, market, 'buy', dollars)
  }

  enter(trader: Trader, market: number, side: Side, dollars: number): void {
    this.do(this.open(trader, market, side, dollars))
    this.pass()
    this.do(this.execute(trader, market, [], null))
  }

  /** Bids far below, so many, in one market after the other. */
  bid(trader: Trader, count: number, first = 0, change: Partial<PlaceOrderArgs> = {}): void {
    for (let i = 0; i < count; i++) {
      const market = first + (i % POSITIONS)
      this.do(this.place(trader, market, [this.order(market, 'buy', 12, -0.3, change)]))
    }
  }
}
