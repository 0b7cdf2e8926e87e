/** A market crash: 300 leveraged accounts, prices 40 % down in ten minutes, and keepers that do what they can. */
import type { EventOf } from '#client/events.ts'
import type { ChangePayload, MarketParams } from '#client/generated/types.ts'
import { isMet } from '#client/math/margin.ts'
import { START_PRICES } from '../params.ts'
import { proposalOf } from '../walk/actions/admin.ts'
import { near, toStep } from '../walk/actions/order-terms.ts'
import { createUser, newTrader } from '../walk/actions/users.ts'
import { type Attempt, attempt } from '../walk/attempt.ts'
import { healthOf } from '../walk/health.ts'
import { checkAccounts } from '../walk/invariants/accounts.ts'
import { Books } from '../walk/invariants/books.ts'
import { checkHealth } from '../walk/invariants/health.ts'
import { checkWaterfall } from '../walk/invariants/waterfall.ts'
import { quoteOf, type Sub } from '../walk/mirror.ts'
import type { WalkVenue } from '../walk/venue.ts'
import { addresses, type Step, subAddress, type Trader, Walk } from '../walk/walk.ts'

/** So many that 300 hold a position: for some the pool has no room, or is too dear. */
const ACCOUNTS = 330
const SECONDS = 600
const FALL = 0.4
/** Pyth's average reaches an hour back. */
const EMA_SECONDS = 3_600
const USD = 1_000_000
const INSURANCE = 20_000 * USD
/** At most so many accounts take part of a position that the pool cannot. */
const MOST_CLOSES = 20

export type CrashFigures = {
  liquidations: number
  deleveragings: number
  bankruptcies: number
  loss: bigint
  insurance: bigint
  pool: bigint
  socialised: bigint
  deficit: bigint
}

type Covered = EventOf<'PositionLiquidated'>['covered']

export class Crash {
  readonly walk: Walk
  readonly figures: CrashFigures = {
    liquidations: 0,
    deleveragings: 0,
    bankruptcies: 0,
    loss: 0n,
    insurance: 0n,
    pool: 0n,
    socialised: 0n,
    deficit: 0n,
  }
  readonly #books: Books
  readonly #keeper: Trader
  readonly #traders: Trader[] = []

  /** `limits`: what insurance and the pool may bear in each market. */
  constructor(venue: WalkVenue, limits: Partial<MarketParams> = {}) {
    this.walk = new Walk(venue, 1)
    this.#books = new Books(this.walk.mirror)
    this.#keeper = this.#open(100_000)
    this.#insure()
    for (const index of this.walk.feeds.keys()) this.#change(index, limits)
    for (let i = 0; i < ACCOUNTS; i++) this.#traders.push(this.#open(200 + 37 * (i % 50)))
    for (const [at, trader] of this.#traders.entries()) this.#lever(trader, at)
  }

  /** `keeperIsDead`: whether nobody publishes or liquidates in this second. */
  run(keeperIsDead: (second: number) => boolean): void {
    for (let second = 1; second <= SECONDS; second++) {
      this.#publish(1 - (FALL * second) / SECONDS)
      if (keeperIsDead(second)) continue
      this.#crank()
      this.#liquidateAll()
    }
    // Prices stand still at the bottom; hourly allowances come back.
    for (let i = 0; i < 5 && this.sick().length > 0; i++) {
      this.walk.setTime(this.walk.now + 3_600)
      this.#publish(1 - FALL)
      this.#crank()
      this.#liquidateAll()
    }
    this.#books.recount(this.walk)
  }

  /** Accounts below maintenance that still hold something. */
  sick(): Sub[] {
    return this.#subs().filter((sub) => this.#isSick(sub))
  }

  /** Accounts that owe and have nothing left: their loss is nobody's yet. */
  unresolved(): Sub[] {
    return this.#subs().filter(
      (sub) =>
        quoteOf(sub) < 0n &&
        sub.positions.every(({ base }) => base === 0n) &&
        sub.collaterals.every(({ vaultIndex, amount }) => vaultIndex === 0 || amount === 0n),
    )
  }

  open(): Sub[] {
    return this.#subs().filter((sub) => sub.positions.some(({ base }) => base !== 0n))
  }

  #subs(): Sub[] {
    return this.walk.subs(this.#traders)
  }

  #isSick(sub: Sub): boolean {
    const isOpen = sub.positions.some(({ base }) => base !== 0n)
    return isOpen && !isMet(healthOf(this.walk.mirror, sub, 'Maintenance', this.walk.now))
  }

  #do(action: Attempt, mayFailWith: readonly string[] = []): Step {
    const step = this.walk.run(action)
    const { outcome } = step
    if (!outcome.ok && !mayFailWith.includes(outcome.error)) throw new Error(`${action.label}: ${outcome.error}`)
    return this.#checked(step)
  }

  #checked(step: Step): Step {
    for (const touch of step.touches) this.#books.add(touch)
    if (!step.outcome.ok) return step
    this.#books.check(this.walk, step)
    checkAccounts(this.walk, step)
    for (const event of step.outcome.events) {
      checkHealth(this.walk, step, event)
      checkWaterfall(this.walk, step, event)
      if ('covered' in event.data && event.data.covered.loss > 0n) this.#count(event.data.covered)
    }
    return step
  }

  #count(covered: Covered): void {
    this.figures.bankruptcies++
    for (const part of ['loss', 'insurance', 'pool', 'socialised', 'deficit'] as const)
      this.figures[part] += covered[part]
  }

  /** A trader with a sub-account and this much USDC. */
  #open(dollars: number): Trader {
    const trader = newTrader(this.walk)
    const { authority, user } = trader
    const subAccount = subAddress(authority, 0)
    const vault = this.walk.mirror.vault(0)
    const userTokens = trader.tokens.get(0) ?? null
    this.#do(createUser(trader))
    this.#do(attempt('createSubAccount', { authority, userAccount: user, subAccount }, { id: 0 }))
    const accounts = { authority, subAccount, tokenVault: vault.key, vaultTokens: vault.tokenAccount, userTokens }
    this.#do(attempt('depositTokens', accounts, { amount: BigInt(dollars * USD) }))
    return trader
  }

  #insure(): void {
    const { authority } = this.#keeper
    const accounts = { authority, subAccount: subAddress(authority, 0), insurance: addresses.insurance, market: null }
    this.#do(attempt('refillInsurance', accounts, { amount: BigInt(INSURANCE) }))
  }

  #change(index: number, limits: Partial<MarketParams>): void {
    const params = { ...this.walk.mirror.market(index).params, ...limits }
    const payload: ChangePayload = { kind: 'market', value: { index, status: 0, params } }
    for (const action of proposalOf(this.walk, payload)) this.#do(action)
  }

  /** Six of seven are long; leverage from 4 to 16. */
  #lever(trader: Trader, at: number): void {
    const { walk } = this
    const market = walk.mirror.market(at % walk.feeds.length)
    const side = at % 7 === 3 ? 'sell' : 'buy'
    const leverage = 4 + (at % 13)
    const notional = Math.min((200 + 37 * (at % 50)) * leverage, 14_000)
    const size = toStep(BigInt(Math.round((notional * 1e15) / Number(market.price.price))), market)
    const subAccount = subAddress(trader.authority, 0)
    // As far as the margin pays for.
    const distance = Math.min(0.04, 1 / leverage - 0.042)
    const limitPrice = near(market, side === 'buy' ? distance : -distance)
    const accounts = { trader: trader.authority, exchange: addresses.exchange, market: market.key, subAccount }
    this.#do(attempt('openPosition', accounts, { order: { side, size, limitPrice, clientId: 0n } }))
    this.#publish(1)
    this.#do(
      attempt(
        'executeOrder',
        {
          keeper: this.#keeper.authority,
          exchange: addresses.exchange,
          market: market.key,
          subAccount,
          userAccount: trader.user,
          keeperSubAccount: subAddress(this.#keeper.authority, 0),
          priceUpdate: walk.feeds[market.index]?.show(walk.chain) ?? null,
        },
        { orderId: 1n, makerOrderIds: [] },
      ),
      // A pool that is full, or dearer than the margin pays for, fills it within ten seconds, or it lapses.
      ['PoolCapacity', 'PriceLimit'],
    )
  }

  /** A second later, every price at this part of where it began. */
  #publish(part: number): void {
    const { walk } = this
    walk.setTime(walk.now + 1)
    for (const feed of walk.feeds) {
      const price = Number(START_PRICES[feed.name]) * part
      const before = Number(feed.latest.emaPrice)
      const seconds = walk.now - feed.latest.publishTime
      feed.publishAt(price, before + (price - before) * (1 - Math.exp(-seconds / EMA_SECONDS)), walk.now)
    }
  }

  #crank(): void {
    for (const [index, feed] of this.walk.feeds.entries()) {
      const accounts = { priceUpdate: feed.show(this.walk.chain), market: addresses.market(index), tokenVault: null }
      this.#do(attempt('updateOraclePrice', accounts, {}))
    }
  }

  #liquidateAll(): void {
    for (const sub of this.sick()) {
      for (let i = 0; i < MOST_CLOSES; i++) {
        const now = this.walk.mirror.get('SubAccount', sub.key)
        if (!this.#isSick(now) || !this.#reduce(now)) break
      }
    }
  }

  /** Into the pool, or against those who won. */
  #reduce(sub: Sub): boolean {
    const position = sub.positions.find(({ base }) => base !== 0n)
    if (!position) return false
    const { walk } = this
    const market = addresses.market(position.marketIndex)
    const accounts = {
      liquidator: this.#keeper.authority,
      exchange: addresses.exchange,
      market,
      subAccount: sub.key,
      insurance: addresses.insurance,
      liquidatorSubAccount: subAddress(this.#keeper.authority, 0),
    }
    const remaining = walk.marginAccounts([sub], [market])
    const liquidated = this.#checked(
      walk.run(attempt('liquidatePosition', accounts, { takeSize: 0n, makerOrderIds: [] }, { remaining })),
    )
    if (liquidated.outcome.ok) this.figures.liquidations++
    return liquidated.outcome.ok || this.#deleverage(sub, position.marketIndex, position.base)
  }

  #deleverage(sub: Sub, marketIndex: number, base: bigint): boolean {
    const { walk } = this
    const market = addresses.market(marketIndex)
    for (const other of this.open()) {
      const held = other.positions.find((position) => position.marketIndex === marketIndex)?.base ?? 0n
      if (held === 0n || held > 0n === base > 0n) continue
      const accounts = { market, subAccount: sub.key, counterparty: other.key, insurance: addresses.insurance }
      const remaining = walk.marginAccounts([sub, other], [market])
      if (!this.#checked(walk.run(attempt('deleverage', accounts, {}, { remaining }))).outcome.ok) continue
      this.figures.deleveragings++
      return true
    }
    return false
  }
}
