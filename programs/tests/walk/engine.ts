/** Chooses, sends and checks, step by step; remembers enough to tell what led to a broken invariant. */
import * as admin from './actions/admin.ts'
import * as cash from './actions/cash.ts'
import * as changing from './actions/changing.ts'
import * as fills from './actions/fills.ts'
import * as placing from './actions/placing.ts'
import * as pool from './actions/pool.ts'
import * as risk from './actions/risk.ts'
import * as time from './actions/time.ts'
import * as users from './actions/users.ts'
import { spoiled } from './actions/wrong.ts'
import type { Attempt } from './attempt.ts'
import { checkAccounts } from './invariants/accounts.ts'
import { Books } from './invariants/books.ts'
import { Broken } from './invariants/broken.ts'
import { checkSequences } from './invariants/events.ts'
import { checkFill } from './invariants/fills.ts'
import { FundingPots } from './invariants/funding.ts'
import { checkHealth } from './invariants/health.ts'
import { checkLiveness } from './invariants/liveness.ts'
import { checkAuthority, checkMoney } from './invariants/money.ts'
import { checkTruth } from './invariants/truth.ts'
import { checkWaterfall } from './invariants/waterfall.ts'
import { Report } from './report.ts'
import type { WalkVenue } from './venue.ts'
import { type Action, type Step, Walk } from './walk.ts'

/** How often each is tried, where the state allows it. */
const ACTIONS: readonly (readonly [Action, number])[] = [
  [time.tick, 110],
  [time.updateOraclePrice, 40],
  [time.settleFunding, 15],
  [users.createUserAccount, 5],
  [users.createSubAccount, 6],
  [users.closeSubAccount, 4],
  [users.updateSubAccount, 8],
  [users.updateUserAccount, 4],
  [cash.depositTokens, 26],
  [cash.depositNativeSol, 12],
  [cash.withdrawTokens, 22],
  [cash.withdrawNativeSol, 12],
  [cash.transferCollateral, 12],
  [cash.refillInsurance, 3],
  [cash.collectReferralRewards, 4],
  [placing.openPosition, 90],
  [placing.closePosition, 25],
  [placing.placeLimit, 90],
  [placing.placeReduceOnly, 15],
  [placing.placeTrigger, 30],
  [placing.placeBracket, 25],
  [placing.placeScaled, 12],
  [changing.modifyOrder, 25],
  [changing.cancelOrder, 25],
  [changing.triggerOrder, 60],
  [changing.ratchetTrailingStop, 20],
  [changing.expireOrders, 12],
  [fills.executeOrder, 300],
  [risk.liquidatePosition, 120],
  [risk.deleverage, 40],
  [risk.liquidateCollateral, 12],
  [risk.resolveBankruptcy, 12],
  [risk.forceCancelOrders, 6],
  [risk.settleMarket, 6],
  [risk.settlePosition, 30],
  [pool.depositToPool, 8],
  [pool.mintPoolShares, 12],
  [pool.requestPoolExit, 6],
  [pool.exitPool, 10],
  [pool.allocatePool, 10],
  [admin.setPause, 1],
  [admin.clearPause, 8],
  [admin.proposeChange, 5],
  [admin.executeChange, 5],
  [admin.cancelChange, 1],
  [admin.tightenRisk, 1],
  [admin.collectFees, 6],
]
const TOTAL_WEIGHT = ACTIONS.reduce((sum, [, weight]) => sum + weight, 0)
const WRONG = 0.06
/** Every so many steps the running sums are counted again from every account. */
const RECOUNT = 500
const REMEMBERED = 25
const FIRST_TRADERS = 6
/** Dollars in each market's pool: some are soon full. */
const FIRST_ALLOCATIONS = [1_000, 10_000, 80_000, 800_000] as const

export type Failure = {
  readonly seed: number
  readonly step: number
  readonly rule: string
  readonly trace: readonly string[]
}

export class Engine {
  readonly seed: number
  readonly walk: Walk
  readonly report = new Report()
  readonly #books: Books
  readonly #pots = new FundingPots()
  readonly #trace: string[] = []
  #step = 0

  constructor(venue: WalkVenue, seed: number) {
    this.seed = seed
    this.walk = new Walk(venue, seed)
    this.#books = new Books(this.walk.mirror)
  }

  /** Null when every invariant held after every step. */
  run(steps: number): Failure | null {
    try {
      this.#start()
      while (this.#step < steps) this.#advance()
      this.#books.recount(this.walk)
      return null
    } catch (error) {
      const rule =
        error instanceof Broken ? error.message : `${String(error)}\n${error instanceof Error ? error.stack : ''}`
      return { seed: this.seed, step: this.#step, rule, trace: this.#trace }
    } finally {
      this.report.worstDust = this.#pots.worst
    }
  }

  /** The first wallets, the treasury's among them, and pools of different depth. */
  #start(): void {
    const { walk } = this
    for (let i = 0; i < FIRST_TRADERS; i++) {
      const trader = users.newTrader(walk, ...(i === 0 ? [walk.venue.admin] : []))
      this.#check(walk.run(users.createUser(trader)), false)
    }
    for (const index of walk.feeds.keys()) {
      const left = BigInt(walk.random.pick(FIRST_ALLOCATIONS)) * 1_000_000n
      this.#check(walk.run(pool.allocate(walk, index, left - walk.mirror.market(index).ledger.poolAllocation)), false)
    }
  }

  #advance(): void {
    const { walk } = this
    const action = walk.next.shift() ?? this.#choose()
    const chosen = action(walk)
    if (chosen === null || chosen === false) return
    if (chosen === true) {
      this.#remember(`now ${walk.now}`)
      return
    }
    this.#step++
    const isWrong = walk.random.chance(WRONG)
    this.#try(isWrong ? spoiled(walk, chosen) : chosen, isWrong)
    if (this.#step % RECOUNT === 0) this.#books.recount(walk)
  }

  #choose(): Action {
    let at = this.walk.random.next() * TOTAL_WEIGHT
    for (const [action, weight] of ACTIONS) {
      at -= weight
      if (at < 0) return action
    }
    return time.tick
  }

  #try(attempt: Attempt, isWrong: boolean): void {
    this.#remember(
      () =>
        `${this.#step} ${attempt.label} (${attempt.name}) ${text(attempt.args)} ${text(attempt.accounts)} ${text(attempt.remaining.map(({ key }) => key))}`,
    )
    const step = sendable(() => this.walk.run(attempt))
    if (step === null) return
    const { outcome } = step
    this.#remember(() => (outcome.ok ? `  done ${text(outcome.events)}` : `  ${outcome.error}`))
    this.report.count(attempt.label, outcome)
    this.#check(step, isWrong)
  }

  #check(step: Step, isWrong: boolean): void {
    const { walk } = this
    checkLiveness(step, isWrong)
    for (const touch of step.touches) this.#books.add(touch)
    if (!step.outcome.ok) return
    this.#books.check(walk, step)
    checkAccounts(walk, step)
    this.#pots.check(walk, step)
    checkSequences(step)
    checkTruth(walk, step)
    checkAuthority(step)
    for (const event of step.outcome.events) {
      this.report.countEvent(event)
      if (event.name === 'OrderFilled') checkFill(walk, step, event.data)
      checkHealth(walk, step, event)
      checkMoney(walk, step, event)
      checkWaterfall(walk, step, event)
    }
  }

  #remember(line: string | (() => string)): void {
    this.#trace.push(typeof line === 'string' ? line : line())
    if (this.#trace.length > REMEMBERED * 2) this.#trace.splice(0, REMEMBERED)
  }
}

/** A spoiled number may not even fit its type. */
function sendable(run: () => Step): Step | null {
  try {
    return run()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Addresses by their first letters: enough to tell them apart. */
function text(value: object): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (typeof field === 'bigint') return `${field}`
    return typeof field === 'string' && field.length > 30 ? field.slice(0, 4) : field
  })
}
