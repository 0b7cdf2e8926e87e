/** Margin of a whole account: every balance and position in, collateral and requirement out. */
import type { Base, Bps, Price, Quote } from '../units.ts'
import {
  abs,
  BASE,
  ceilDiv,
  floorDivSigned,
  i64,
  max,
  min,
  mulDivCeil,
  mulDivFloor,
  QUOTE,
  RATIO,
  saturatingSub,
  u32,
  u64,
} from './fixed.ts'

/** Requirement of every open order ($0.01): dust orders cost something. */
export const OPEN_ORDER_MARGIN: Quote = 10_000n
/** Weight of unrealised profit when it would carry new risk. */
const POSITIVE_PNL_WEIGHT = 8_000n
/** Beyond this age (s) a collateral price carries no new risk. */
const INITIAL_MAX_AGE = 60n
/** A dead feed keeps its maintenance weight, and the profit made on it, this long (s); all is lost by the end, linearly. */
const FADE_START = 900n
const FADE_END = 3_600n
/** Interest on debt: 15 % a year of 365 days. */
const DEBT_RATE = 1_500n
const YEAR = 365n * 86_400n
/** Debt of one account: at most $5 000 and 5 % of the USDC vault. */
const DEBT_CAP = 5_000n * QUOTE
const DEBT_CAP_SHARE = 500n

/**
 * `Initial`: may the account take more risk, withdraw, transfer? `Fill`: may a resting order that somebody meets fill?
 * `Take`: may an order that was placed at `Initial` fill at its one price? `Maintenance`: may it be liquidated? `Liquidation`: what a partial liquidation must reach.
 */
export type MarginKind = 'Initial' | 'Fill' | 'Take' | 'Maintenance' | 'Liquidation'

const isStrict = (kind: MarginKind): boolean => kind === 'Initial' || kind === 'Fill'

export type OraclePrice = { readonly price: Price; readonly confidence: Price; readonly ema: Price }

/** `initial` is the scaled one (see {@link scaledInitialRatio}) for an order that adds risk. */
export type MarginRatios = { readonly initial: Bps; readonly maintenance: Bps; readonly liquidationBuffer: Bps }

/** The ratio that `kind` uses; the mean rounds up. */
export function ratioOf(ratios: MarginRatios, kind: MarginKind): Bps {
  switch (kind) {
    case 'Initial':
      return ratios.initial
    case 'Fill':
    case 'Take':
      return Number(ceilDiv(BigInt(ratios.initial) + BigInt(ratios.maintenance), 2n))
    case 'Maintenance':
      return ratios.maintenance
    case 'Liquidation':
      return ratios.maintenance + ratios.liquidationBuffer
  }
}

/** A collateral balance that is not USDC. */
export type TokenCollateral = {
  /** Native token units. */
  readonly amount: bigint
  /** Native units of one whole token, which the price is for: 10^decimals. */
  readonly unit: bigint
  readonly price: OraclePrice
  /** Age of the price in seconds; 0 when it is ahead of the clock. */
  readonly age: bigint
  readonly initialWeight: Bps
  readonly maintenanceWeight: Bps
}

/** A position with the open orders of its market. */
export type PositionRisk = {
  /** Signed. */
  readonly base: Base
  /** Signed: negative for a long. */
  readonly quoteEntry: Quote
  /** Funding accrued but not settled yet; counts as if it were settled. */
  readonly funding: Quote
  /** Remaining base of open orders that are not reduce-only. */
  readonly openBids: Base
  readonly openAsks: Base
  /** What filling those of them that nobody can take back may cost: see `worstCost`; nothing unless said. */
  readonly orderCost?: Quote
  readonly price: OraclePrice
  /** Age of the price in seconds; fresh unless said. */
  readonly age?: bigint
  readonly ratios: MarginRatios
}

export type MarginAccount<
  Token extends TokenCollateral = TokenCollateral,
  Position extends PositionRisk = PositionRisk,
> = {
  /** USDC balance; may be negative. */
  readonly quote: Quote
  readonly tokens: readonly Token[]
  readonly positions: readonly Position[]
  /** Open orders of any kind. */
  readonly openOrders: number
}

/** `collateral` is the equity at the weights and prices of the kind, rounded down; `requirement` is rounded up. */
export type Health = { readonly collateral: Quote; readonly requirement: Quote }

export const isMet = (health: Health): boolean => health.collateral >= health.requirement
/** Collateral above the requirement; zero when there is none. */
export const freeCollateral = (health: Health): Quote => saturatingSub(max(health.collateral, 0n), health.requirement)
/** Requirement not covered by collateral; zero when it is met. */
export const shortage = (health: Health): Quote => u64(max(health.requirement - health.collateral, 0n))

/** Health of a whole account. @throws MathError DivisionByZero (a token without unit), Overflow. */
export function accountHealth(account: MarginAccount, kind: MarginKind): Health {
  let collateral: bigint = account.quote
  let requirement = isStrict(kind) ? BigInt(account.openOrders) * OPEN_ORDER_MARGIN : 0n
  for (const token of account.tokens) collateral += tokenCollateralValue(kind, token)
  for (const position of account.positions) {
    const part = positionHealth(kind, position)
    collateral += part.collateral
    requirement += part.requirement
  }
  return { collateral: i64(collateral), requirement: u64(requirement) }
}

/** What one position adds: its weighted PnL and unsettled funding, and its margin. @throws MathError Overflow. */
export function positionHealth(kind: MarginKind, position: PositionRisk): Health {
  const { price, ema } = position.price
  const strict = isStrict(kind)
  const strictPrice = position.base >= 0n ? min(price, ema) : max(price, ema)
  const pnl = unrealisedPnl(position.base, position.quoteEntry, strict ? strictPrice : price)
  const profitWeight = strict ? POSITIVE_PNL_WEIGHT : BigInt(fadedWeight(Number(RATIO), position.age ?? 0n))
  const size = strict ? worstCaseBase(position.base, position.openBids, position.openAsks) : abs(position.base)
  const marginAt = (margin: MarginKind): Quote =>
    marginRequirement(size, strict ? max(price, ema) : price, ratioOf(position.ratios, margin))
  // An order that met this fills at the mean of the ratios, whatever it costs within its limit.
  const cost = strict ? (position.orderCost ?? 0n) : 0n
  return {
    collateral: floorDivSigned(pnl * (pnl > 0n ? profitWeight : RATIO), RATIO) + position.funding,
    requirement: cost > 0n ? max(marginAt(kind), u64(marginAt('Take') + cost)) : marginAt(kind),
  }
}

/** Requirement of one position, rounded up. @throws MathError Overflow. */
export function marginRequirement(size: Base, price: Price, ratio: Bps): Quote {
  return u64(mulDivCeil(size * price, BigInt(ratio), BASE * RATIO))
}

/** max(|base + bids|, |base − asks|): the largest position that the open orders can make. @throws MathError Overflow. */
export function worstCaseBase(base: Base, openBids: Base, openAsks: Base): Base {
  return u64(max(abs(base + openBids), abs(base - openAsks)))
}

/** ⌊base·price / 1e9⌋ + quote entry: a profit rounds down, a loss up. @throws MathError Overflow. */
export function unrealisedPnl(base: Base, quoteEntry: Quote, price: Price): Quote {
  return i64(floorDivSigned(base * price, BASE) + quoteEntry)
}

/** What a token balance counts for, rounded down. @throws MathError DivisionByZero (unit), Overflow. */
export function tokenCollateralValue(kind: MarginKind, token: TokenCollateral): Quote {
  const { price, confidence, ema } = token.price
  const strict = isStrict(kind)
  const valued = strict ? min(price, ema) : price
  const weight = strict
    ? token.age > INITIAL_MAX_AGE
      ? 0
      : token.initialWeight
    : fadedWeight(token.maintenanceWeight, token.age)
  return u64(mulDivFloor(token.amount * saturatingSub(valued, confidence), BigInt(weight), token.unit * RATIO))
}

/**
 * Maintenance weight, rounded down, of a collateral, or of a profit, whose price is `age` seconds old: whole for 15
 * minutes, then linearly to zero at 60 minutes. Losses never fade.
 */
export function fadedWeight(weight: Bps, age: bigint): Bps {
  return Number(mulDivFloor(BigInt(weight), saturatingSub(FADE_END, max(age, FADE_START)), FADE_END - FADE_START))
}

/**
 * Initial ratio, rounded up, of an order that adds risk: the market's up to `lowerCap` of open interest (notional),
 * then linearly to 100 % at `upperCap`. Equal caps switch the scaling off. @throws MathError Overflow.
 */
export function scaledInitialRatio(initial: Bps, openInterest: Quote, lowerCap: Quote, upperCap: Quote): Bps {
  const full = Number(RATIO)
  if (upperCap <= lowerCap || openInterest <= lowerCap || initial >= full) return initial
  if (openInterest >= upperCap) return full
  return initial + Number(u32(mulDivCeil(BigInt(full - initial), openInterest - lowerCap, upperCap - lowerCap)))
}

/** Interest on a negative USDC balance: 15 % a year of 365 days, rounded up. @throws MathError Overflow. */
export function debtInterest(debt: Quote, elapsed: bigint): Quote {
  return u64(mulDivCeil(debt * DEBT_RATE, elapsed, YEAR * RATIO))
}

/** Largest debt of one account before anyone may liquidate its collateral: $5 000 or 5 % of the vault, rounded down. */
export function debtCap(vaultTotal: Quote): Quote {
  return min(mulDivFloor(vaultTotal, DEBT_CAP_SHARE, RATIO), DEBT_CAP)
}
