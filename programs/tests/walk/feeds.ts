/** Prices as Pyth would publish them, over calm hours, trends, jumps, gaps, doubt and silence. */
import { Keypair } from '@solana/web3.js'
import type { Address } from '#client/layout.ts'
import { feedId, type MarketName, START_PRICES } from '../params.ts'
import { priceUpdateData, RECEIVER } from '../price-update.ts'
import type { Chain } from './chain.ts'
import type { Random } from './random.ts'

export type Update = {
  readonly price: bigint
  readonly confidence: bigint
  readonly emaPrice: bigint
  readonly publishTime: number
  readonly prevPublishTime: number
}

/** Per second: drift and deviation of the logarithm, chance of a jump and its size, confidence. */
type Weather = { readonly drift: number; readonly deviation: number; readonly jump: number; readonly doubt: number }

const WEATHERS: readonly [Weather, ...Weather[]] = [
  { drift: 0, deviation: 0.0004, jump: 0, doubt: 0.0003 },
  { drift: 0, deviation: 0.001, jump: 0.006, doubt: 0.0005 },
  { drift: 0.0006, deviation: 0.002, jump: 0.004, doubt: 0.001 },
  { drift: -0.0006, deviation: 0.002, jump: 0.004, doubt: 0.001 },
  { drift: -0.003, deviation: 0.004, jump: 0.02, doubt: 0.001 },
  { drift: 0.003, deviation: 0.004, jump: 0.02, doubt: 0.001 },
  { drift: 0, deviation: 0.003, jump: 0.01, doubt: 0.012 },
]
/** Pyth's EMA reaches an hour back; here prices live faster, so that it forgets a jump within minutes. */
const EMA_SECONDS = 90
const HISTORY = 64

export class Feed {
  readonly name: MarketName
  readonly key: Address = Keypair.generate().publicKey.toBase58()
  readonly #home: number
  #price: number
  #ema: number
  #weather: Weather = WEATHERS[0]
  #silentUntil = 0
  #updates: Update[] = []
  #written: Update | null = null

  constructor(name: MarketName, now: number) {
    this.name = name
    this.#home = Number(START_PRICES[name])
    this.#price = this.#home
    this.#ema = this.#home
    this.#publish(now, 0.0003)
  }

  get latest(): Update {
    const last = this.#updates.at(-1)
    if (!last) throw new Error(`${this.name} has no price`)
    return last
  }

  /** The update published across a moment: the one price that may fill a taker's order. */
  across(moment: number): Update | null {
    return this.#updates.find((u) => u.prevPublishTime < moment && moment <= u.publishTime) ?? null
  }

  knows(price: bigint, publishTime: bigint): boolean {
    return this.#updates.some((u) => u.price === price && BigInt(u.publishTime) === publishTime)
  }

  /** Time passes; a new update comes out unless the feed is silent. */
  advance(random: Random, from: number, now: number): void {
    if (random.chance(0.02)) this.#weather = random.pick(WEATHERS)
    if (random.chance(0.0008)) this.#silentUntil = now + random.pick([20, 70, 400, 1_200, 4_000] as const)
    const seconds = Math.max(0, now - from)
    const { drift, deviation, jump, doubt } = this.#weather
    // A pull home keeps amounts within the range the walk's sizes are made for.
    const pull = 0.0005 * Math.log(this.#home / this.#price)
    const capped = Math.min(seconds, 600)
    let move = (drift + pull) * capped + deviation * Math.sqrt(capped) * random.normal()
    if (random.chance(jump)) move += (random.chance(0.5) ? 1 : -1) * random.spread(0.01, 0.45)
    this.#price *= Math.exp(move)
    this.#ema += (this.#price - this.#ema) * (1 - Math.exp(-seconds / EMA_SECONDS))
    if (now < this.#silentUntil) return
    const publishTime = now + (random.chance(0.1) ? random.int(-2, 2) : 0)
    if (publishTime > this.latest.publishTime) this.#publish(publishTime, doubt * random.spread(0.3, 3))
  }

  /** An update with a price of the caller's choice (USD), and what Pyth's average makes of it. */
  publishAt(price: number, ema: number, now: number): void {
    this.#price = price
    this.#ema = ema
    this.#publish(now, 0.0005)
  }

  /** Puts an update where the program can be shown it. */
  show(chain: Chain, update: Update = this.latest): Address {
    if (this.#written !== update) {
      chain.setAccount(this.key, RECEIVER.toBase58(), priceUpdateData({ feedId: feedId(this.name), ...update }))
      this.#written = update
    }
    return this.key
  }

  #publish(publishTime: number, doubt: number): void {
    const whole = (value: number) => BigInt(Math.max(1, Math.round(value)))
    this.#updates.push({
      price: whole(this.#price),
      confidence: whole(this.#price * doubt),
      emaPrice: whole(this.#ema),
      publishTime,
      prevPublishTime: this.#updates.at(-1)?.publishTime ?? publishTime - 1,
    })
    if (this.#updates.length > HISTORY) this.#updates.shift()
  }
}
