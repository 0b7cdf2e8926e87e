/**
 * Checks lines written by the Rust crate's `vectors` example against the TypeScript twin:
 * `["pool_quote", [inputs], [outputs]]`, or an error's name instead of the outputs.
 */
import { MathError } from './error.ts'
import {
  decayedVolume,
  feeScheduleIsSound,
  keeperReward,
  makerRebate,
  makerRebateOf,
  splitFee,
  takerFee,
  takerFeeOf,
} from './fees.ts'
import { applyFill } from './fills.ts'
import { ceilDiv, floorDivSigned, mulDivCeil, mulDivFloor } from './fixed.ts'
import { accrueFunding, fundingPayment } from './funding.ts'
import {
  afterLoss,
  afterProfit,
  budgetSpent,
  meanBalance,
  notWithdrawable,
  smallWithdrawalsOfVault,
  stillLocked,
  type WarmUp,
  withdrawalValue,
  withdrawFloor,
} from './limits.ts'
import {
  bankruptcyQuote,
  callerReward,
  collateralCost,
  collateralForDebt,
  deleverageEquity,
  equityCoversFees,
  liquidationFees,
  liquidationSize,
  takeoverLimitPrice,
  takeoverQuote,
  traderTakeoverQuote,
} from './liquidation.ts'
import {
  accountHealth,
  debtCap,
  debtInterest,
  fadedWeight,
  freeCollateral,
  isMet,
  marginRequirement,
  ratioOf,
  scaledInitialRatio,
  shortage,
  tokenCollateralValue,
  unrealisedPnl,
  worstCaseBase,
} from './margin.ts'
import { confidenceRatio, emaGap, maxFillAge, scaleConfidence, scalePrice } from './oracle.ts'
import {
  fractionSize,
  isNearOracle,
  isNoWorse,
  isTriggered,
  isWithinLimit,
  limitQuote,
  lossAgainstOracle,
  peggedLimit,
  ratchet,
  slippageLimit,
  trailingTrigger,
  worstCost,
} from './orders.ts'
import {
  depthForEquity,
  halfSpreadPpm,
  isEquityBelow,
  largestFill,
  markPrice,
  mayLowerDepth,
  oneFillCap,
  openCapBase,
  poolEquity,
  poolQuote,
  settledEquity,
} from './pool.ts'
import { mintShares, redeemShares } from './shares.ts'
import {
  Inputs,
  liquidationInputs,
  marginKind,
  poolValue,
  positionRisk,
  side,
  tokenCollateral,
  warmUp,
  wide,
} from './vector-inputs.ts'
import { shareLoss, shareOfDebt } from './waterfall.ts'

type Outputs = readonly (bigint | number | boolean)[]

/** A u128 is written as its high and low 64 bits. */
const halves = (value: bigint): Outputs => [value >> 64n, value & (2n ** 64n - 1n)]

const line = ({ locked, from, until }: WarmUp): Outputs => [locked, from, until]

// Arguments and object fields are evaluated in the order they are written, which is the order of the file.
const FORMULAS: Record<string, (i: Inputs) => Outputs> = {
  mul_div_floor: (i) => halves(mulDivFloor(wide(i), wide(i), wide(i))),
  mul_div_ceil: (i) => halves(mulDivCeil(wide(i), wide(i), wide(i))),
  ceil_div: (i) => halves(ceilDiv(wide(i), wide(i))),
  floor_div_signed: (i) => [floorDivSigned(i.int(), i.int())],
  half_spread_ppm: (i) => [halfSpreadPpm(i.int(), i.int(), i.small(), i.small())],
  pool_quote: (i) => [
    poolQuote({ price: i.int(), userNetBase: i.int(), depth: i.int(), halfSpreadPpm: i.small() }, i.int()),
  ],
  largest_fill: (i) => {
    const curve = { price: i.int(), userNetBase: i.int(), depth: i.int(), halfSpreadPpm: i.small() }
    const { size, quote } = largestFill(curve, side(i), i.int(), i.int(), i.int())
    return [size, quote]
  },
  mark_price: (i) => [markPrice(i.int(), i.int(), i.int())],
  pool_equity: (i) => [poolEquity(i.int(), i.int(), i.int(), i.int(), i.int())],
  settled_equity: (i) => [settledEquity(i.int(), i.int(), i.int(), i.int())],
  may_lower_depth: (i) => [mayLowerDepth(i.int(), i.int())],
  open_cap_base: (i) => [openCapBase(i.int(), i.int(), i.small())],
  one_fill_cap: (i) => [oneFillCap(i.int())],
  is_equity_below: (i) => [isEquityBelow(i.int(), i.int(), i.int(), i.small())],
  depth_for_equity: (i) => [depthForEquity(i.int(), i.int())],
  accrue_funding: (i) => {
    const accrual = accrueFunding({
      oracle: i.int(),
      mark: i.int(),
      clampDivisor: i.small(),
      seconds: i.int(),
      remainder: i.int(),
    })
    return [accrual.premium, accrual.indexDelta, accrual.remainder, accrual.forgiven]
  },
  funding_payment: (i) => [fundingPayment(i.int(), i.int(), i.int())],
  account_health: (i) => {
    const [kind, quote, openOrders] = [marginKind(i), i.int(), i.small()]
    const token = tokenCollateral(i)
    const positions = [positionRisk(i), positionRisk(i)]
    const health = accountHealth({ quote, tokens: [token], positions, openOrders }, kind)
    return [health.collateral, health.requirement, freeCollateral(health), shortage(health), isMet(health)]
  },
  margin_ratio: (i) => {
    const ratios = { initial: i.small(), maintenance: i.small(), liquidationBuffer: i.small() }
    return [ratioOf(ratios, marginKind(i))]
  },
  margin_requirement: (i) => [marginRequirement(i.int(), i.int(), i.small())],
  worst_case_base: (i) => [worstCaseBase(i.int(), i.int(), i.int())],
  unrealised_pnl: (i) => [unrealisedPnl(i.int(), i.int(), i.int())],
  token_collateral_value: (i) => [tokenCollateralValue(marginKind(i), tokenCollateral(i))],
  faded_weight: (i) => [fadedWeight(i.small(), i.int())],
  debt_interest: (i) => [debtInterest(i.int(), i.int())],
  debt_cap: (i) => [debtCap(i.int())],
  scaled_initial_ratio: (i) => [scaledInitialRatio(i.small(), i.int(), i.int(), i.int())],
  apply_fill: (i) => {
    const position = { base: i.int(), quoteEntry: i.int(), quoteBreakEven: i.int() }
    const fill = applyFill(position, i.int(), i.int(), i.int())
    const { base, quoteEntry, quoteBreakEven } = fill.position
    return [base, quoteEntry, quoteBreakEven, fill.realisedPnl, fill.closedBase]
  },
  fees: (i) => {
    const [quote, rate, flat] = [i.int(), i.small(), i.int()]
    const reward = keeperReward(quote, flat, rate)
    return [takerFee(quote, rate), makerRebate(quote, rate), reward]
  },
  decayed_volume: (i) => [decayedVolume(i.int(), i.int())],
  taker_fee_of: (i) => {
    const fee = takerFeeOf(i.int(), i.small(), i.small(), i.small(), i.small())
    return [fee.paid, fee.referrer]
  },
  maker_rebate_of: (i) => [makerRebateOf(i.int(), i.small(), i.small())],
  fee_schedule_is_sound: (i) => [feeScheduleIsSound(i.small(), i.small(), i.small(), i.small())],
  split_fee: (i) => {
    const split = splitFee(i.int(), i.small(), i.small())
    return [split.pool, split.treasury, split.insurance]
  },
  liquidation_size: (i) => {
    const plan = liquidationSize(liquidationInputs(i))
    return [plan.size, plan.liquidationFee, plan.insuranceFee, plan.whole]
  },
  liquidation_fees: (i) => {
    const fees = liquidationFees(i.int(), liquidationInputs(i))
    return [fees.liquidationFee, fees.insuranceFee]
  },
  equity_covers_fees: (i) => [equityCoversFees(liquidationInputs(i))],
  trader_takeover_quote: (i) => [traderTakeoverQuote(liquidationInputs(i), i.int())],
  takeover_limit_price: (i) => [takeoverLimitPrice(liquidationInputs(i), i.int())],
  deleverage_equity: (i) => [deleverageEquity(i.int(), i.int())],
  takeover_quote: (i) => {
    const [inputs, size] = [liquidationInputs(i), i.int()]
    return [takeoverQuote(inputs, size, { liquidationFee: i.int(), insuranceFee: i.int() }, i.int())]
  },
  caller_reward: (i) => [callerReward(i.int())],
  collateral_cost: (i) => [collateralCost(i.int(), i.int(), i.int())],
  collateral_for_debt: (i) => [collateralForDebt(i.int(), i.int(), i.int())],
  bankruptcy_quote: (i) => [bankruptcyQuote(i.int(), i.int(), i.int(), i.int())],
  share_of_debt: (i) => [shareOfDebt(i.int(), i.int(), i.int())],
  share_loss: (i) => {
    const shares = shareLoss({
      loss: i.int(),
      insurance: i.int(),
      insuranceFloor: i.int(),
      insuranceCap: i.int(),
      poolCap: i.int(),
      openInterestLong: i.int(),
      openInterestShort: i.int(),
      price: i.int(),
    })
    const { fromInsurance, fromPool, indexDelta, fromLongs, fromShorts, residue, deficit } = shares
    return [fromInsurance, fromPool, indexDelta, fromLongs, fromShorts, residue, deficit]
  },
  mint_shares: (i) => {
    const mint = mintShares(i.int(), poolValue(i), poolValue(i))
    return [mint.shares, mint.locked]
  },
  redeem_shares: (i) => [redeemShares(i.int(), poolValue(i), poolValue(i))],
  scale: (i) => {
    const [value, exponent] = [i.int(), i.small()]
    const confidence = scaleConfidence(value < 0n ? -value : value, exponent)
    return [scalePrice(value, exponent), confidence]
  },
  is_within_limit: (i) => [isWithinLimit(side(i), i.int(), i.int(), i.int())],
  limit_quote: (i) => [limitQuote(side(i), i.int(), i.int())],
  is_no_worse: (i) => [isNoWorse(side(i), i.int(), i.int(), i.int(), i.int())],
  slippage_limit: (i) => [slippageLimit(side(i), i.int(), i.small())],
  fraction_size: (i) => [fractionSize(i.int(), i.small(), i.int())],
  pegged_limit: (i) => [peggedLimit(side(i), i.int(), i.int(), i.int())],
  is_triggered: (i) => [isTriggered(i.int() === 1n, i.int(), i.int())],
  trailing_trigger: (i) => [trailingTrigger(side(i), i.int(), i.int())],
  ratchet: (i) => {
    const extreme = ratchet(side(i), i.int(), i.int())
    return extreme === null ? [] : [extreme]
  },
  is_near_oracle: (i) => [isNearOracle(i.int(), i.int(), i.int(), i.small())],
  loss_against_oracle: (i) => [lossAgainstOracle(side(i), i.int(), i.int(), i.int())],
  worst_cost: (i) => [worstCost(side(i), i.int(), i.int(), i.int(), i.small())],
  mean_balance: (i) => [meanBalance(i.int(), i.int(), i.int())],
  withdraw_floor: (i) => [withdrawFloor(i.int())],
  small_withdrawals_of_vault: (i) => [smallWithdrawalsOfVault(i.int(), i.int(), i.int())],
  withdrawal_value: (i) => [withdrawalValue(i.int(), i.int(), i.int())],
  still_locked: (i) => {
    const [state, now] = [warmUp(i), i.int()]
    return [stillLocked(state, now), notWithdrawable(state, now)]
  },
  after_profit: (i) => line(afterProfit(warmUp(i), i.int(), i.int())),
  after_loss: (i) => line(afterLoss(warmUp(i), i.int(), i.int())),
  budget_spent: (i) => [budgetSpent(i.int(), i.int(), i.int())],
  price_ratios: (i) => {
    const [price, other] = [i.int(), i.int()]
    const gap = emaGap(price, other)
    return [gap, confidenceRatio(price, other), maxFillAge(gap)]
  },
}

export const FORMULA_NAMES: readonly string[] = Object.keys(FORMULAS)

/** Null when the twin agrees with the line, else what differs. Also names the formula, to count what was covered. */
export function checkVector(line: string): { formula: string; difference: string | null } {
  const [formula, inputs, expected] = JSON.parse(line) as [string, string[], string[] | string]
  const twin = FORMULAS[formula]
  if (twin === undefined) return { formula, difference: `no twin of ${formula}` }
  const wanted = typeof expected === 'string' ? expected : expected.join(',')
  const got = outcome(() => twin(new Inputs(inputs)))
  return {
    formula,
    difference: got === wanted ? null : `${formula}(${inputs.join(', ')}): Rust ${wanted}, TypeScript ${got}`,
  }
}

function outcome(compute: () => Outputs): string {
  try {
    return compute()
      .map((value) => String(typeof value === 'boolean' ? Number(value) : value))
      .join(',')
  } catch (error) {
    if (error instanceof MathError) return error.code
    throw error
  }
}
