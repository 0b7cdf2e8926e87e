import type { Selectable } from 'kysely'
import { PAUSE } from '#client/instructions/exchange.ts'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, QUOTE_DECIMALS } from '#client/units.ts'
import type { DB } from '#server/platform/db/index.ts'
import type {
  BalanceDto,
  CurrentFundingDto,
  FillDto,
  FundingPaymentDto,
  FundingRateDto,
  FundingStepDto,
  InsuranceDto,
  LiquidationDto,
  MarketDto,
  MarketStateDto,
  OrderDto,
  PositionDto,
  TradeDto,
  TransferDto,
} from './schema.ts'

/** Rows in native units to the wire's decimal strings and ms; nothing of the database leaves the capability otherwise. */

export type Row<T extends keyof DB> = Selectable<DB[T]>

const INDEX_DECIMALS = 9
const BPS_DECIMALS = 4
const RATIO_DECIMALS = 12

const base = (value: bigint) => formatUnits(value, BASE_DECIMALS)
const quote = (value: bigint) => formatUnits(value, QUOTE_DECIMALS)
const price = (value: bigint) => formatUnits(value, PRICE_DECIMALS)
const priceOrNull = (value: bigint | null) => (value === null ? null : price(value))
const index = (value: bigint) => formatUnits(value, INDEX_DECIMALS)
const ratio = (numerator: bigint, denominator: bigint) =>
  denominator === 0n ? '0' : formatUnits((numerator * 10n ** BigInt(RATIO_DECIMALS)) / denominator, RATIO_DECIMALS)

export type MarketStatsRow = {
  volume: bigint
  open: bigint | null
  high: bigint | null
  low: bigint | null
  close: bigint | null
}

export function toMarketDto(
  row: Row<'markets'>,
  exchange: Row<'exchange'>,
  stats: MarketStatsRow | undefined,
): MarketDto {
  const active = row.status === 'active'
  return {
    market: row.market,
    index: row.index,
    address: row.address,
    baseSymbol: row.market.replace(/-PERP$/, ''),
    status:
      active && (exchange.pause_bits & PAUSE.opens) !== 0
        ? 'paused'
        : row.status === 'reduce_only'
          ? 'reduceOnly'
          : row.status,
    settlementPrice: priceOrNull(row.settlement_price),
    params: {
      feedId: row.feed_id,
      initialMarginBps: row.initial_margin_bps,
      maintenanceMarginBps: row.maintenance_margin_bps,
      liquidationFeeBps: row.liquidation_fee_bps,
      insuranceFeeBps: row.insurance_fee_bps,
      liquidationBufferBps: row.liquidation_buffer_bps,
      takerFeePpm: row.taker_fee_ppm,
      makerFeePpm: -row.maker_rebate_ppm,
      stepSize: base(row.step_size),
      tickSize: price(row.tick_size),
      minNotional: quote(row.min_notional),
      spreadPpm: row.spread_ppm,
      confMultiplier: formatUnits(BigInt(row.conf_multiplier_bps), BPS_DECIMALS),
      depthK: base(row.depth_k),
      maxConfidenceBps: row.max_conf_bps,
      fundingClampDivisor: row.funding_clamp_divisor,
      maxOpenInterest: base(row.open_interest_cap),
      maxLeverage: 10_000 / row.initial_margin_bps,
      fillDelayS: row.fill_delay_s,
      defaultSlippageBps: row.default_slippage_bps,
      unitExponent: row.unit_exponent,
      keeperRewardFlat: quote(exchange.keeper_reward_flat),
      keeperRewardPpm: exchange.keeper_reward_ppm,
      marginScaleFrom: quote(row.margin_scale_from),
      marginScaleTo: quote(row.margin_scale_to),
    },
    state: toMarketState(row),
    stats: {
      volume24h: quote(stats?.volume ?? 0n),
      change24h: stats?.open == null || stats.close == null ? null : ratio(stats.close - stats.open, stats.open),
      high24h: stats?.high == null ? null : price(stats.high),
      low24h: stats?.low == null ? null : price(stats.low),
      open24h: stats?.open == null ? null : price(stats.open),
    },
  }
}

export function toMarketState(row: Row<'markets'>): MarketStateDto {
  return {
    openInterestLong: base(row.open_interest_long),
    openInterestShort: base(row.open_interest_short),
    userNetBase: base(row.open_interest_long - row.open_interest_short),
    poolAllocation: quote(row.pool_allocation),
    poolQuoteCash: quote(row.pool_quote),
    poolBase: base(row.pool_base),
    fundingIndexLong: index(row.funding_index_long),
    fundingIndexShort: index(row.funding_index_short),
    fundingRateHourly: ratio(row.funding_rate_daily, row.oracle_price * 24n),
    // Funding accrues with every touch of the market; there is no hour to wait for.
    nextFundingAt: null,
    sequence: row.sequence.toString(),
    updatedAt: row.updated_at.getTime(),
  }
}

const eventId = ({ signature, path }: { signature: string; path: string }) => `${signature}:${path}`

export function toTradeDto(row: Row<'trades'>): TradeDto {
  return {
    id: eventId(row),
    market: row.market,
    side: row.side,
    price: price(row.price),
    size: base(row.size),
    quote: quote(row.quote),
    at: row.at.getTime(),
    signature: row.signature,
    liquidation: row.cause === 'liquidation' || row.cause === 'deleverage',
  }
}

export function toFillDto(row: Row<'trades'>): FillDto {
  return {
    ...toTradeDto(row),
    taker: row.taker,
    cause: row.cause,
    orderId: row.order_id?.toString() ?? null,
    authority: row.authority,
    subAccount: row.sub_account,
    fee: quote(row.fee),
    realisedPnl: quote(row.realised_pnl),
    fundingPayment: quote(row.funding_payment),
    oraclePrice: price(row.oracle_price),
    positionBaseAfter: base(row.position_base_after),
  }
}

export function toPositionDto(row: Row<'positions'>): PositionDto {
  return {
    market: row.market,
    base: base(row.base),
    quoteEntry: quote(row.quote_entry),
    quoteBreakEven: quote(row.quote_break_even),
    lastFundingIndex: index(row.last_funding_index),
    realisedPnl: quote(row.realised_pnl),
    fundingPaid: quote(row.funding_paid),
    feesPaid: quote(row.fees_paid),
    openedAt: row.opened_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  }
}

const STAGES = {
  active: 'active',
  awaiting_trigger: 'awaitingTrigger',
  awaiting_parent: 'awaitingParent',
} as const

const TRANSFER_KINDS = {
  deposit: 'deposit',
  withdrawal: 'withdrawal',
  transfer_in: 'transferIn',
  transfer_out: 'transferOut',
  insurance_refill: 'insuranceRefill',
  referral_reward: 'referralReward',
  treasury_fees: 'treasuryFees',
} as const

export function toOrderDto(row: Row<'orders'>): OrderDto {
  return {
    orderId: row.order_id.toString(),
    clientId: row.client_id?.toString() ?? null,
    authority: row.authority,
    subAccount: row.sub_account,
    market: row.market,
    side: row.side,
    type: row.type,
    size: base(row.size),
    filled: base(row.filled),
    limitPrice: row.limit_price === 0n ? null : price(row.limit_price),
    stage: STAGES[row.stage],
    triggerPrice: priceOrNull(row.trigger_price),
    triggerDirection: row.trigger_direction,
    trailingDistance: priceOrNull(row.trailing_distance),
    trailingExtreme: priceOrNull(row.trailing_extreme),
    pegOffset: priceOrNull(row.peg_offset),
    expiresAt: row.expires_at?.getTime() ?? null,
    groupId: row.group_id === null ? null : Number(row.group_id),
    parentId: row.parent_id?.toString() ?? null,
    oneCancelsOther: row.one_cancels_other,
    byDelegate: row.by_delegate,
    reduceOnly: row.reduce_only,
    postOnly: row.post_only,
    timeInForce: row.time_in_force,
    status: row.status,
    reason: row.reason,
    eligibleAt: row.eligible_at.getTime(),
    placedAt: row.placed_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    signature: row.signature,
  }
}

export type TokenRow = { symbol: string; decimals: number }

export function toBalanceDto(row: Row<'user_balances'> & TokenRow): BalanceDto {
  return { mint: row.mint, symbol: row.symbol, amount: formatUnits(row.amount, row.decimals) }
}

export function toTransferDto(row: Row<'deposits_withdrawals'> & TokenRow): TransferDto {
  return {
    // A transfer between two sub-accounts of one owner is two rows of one event.
    id: `${eventId(row)}:${row.sub_account}`,
    authority: row.authority,
    subAccount: row.sub_account,
    kind: TRANSFER_KINDS[row.kind],
    mint: row.mint,
    symbol: row.symbol,
    amount: formatUnits(row.amount, row.decimals),
    at: row.at.getTime(),
    signature: row.signature,
  }
}

export function toFundingPaymentDto(row: Row<'funding_payments'>): FundingPaymentDto {
  return {
    id: eventId(row),
    authority: row.authority,
    subAccount: row.sub_account,
    market: row.market,
    amount: quote(row.amount),
    positionBase: base(row.position_base),
    at: row.at.getTime(),
    signature: row.signature,
  }
}

type Rate = Pick<Row<'funding_rates'>, 'rate_daily' | 'oracle_price'>
const hourlyRate = ({ rate_daily, oracle_price }: Rate) => ratio(rate_daily, oracle_price * 24n)

export const toFundingStepDto = ({ t, ...rate }: Rate & { t: Date }): FundingStepDto => ({
  t: t.getTime(),
  rateHourly: hourlyRate(rate),
})

export function toFundingRateDto(row: Row<'funding_rates'>): FundingRateDto {
  return {
    market: row.market,
    rateHourly: hourlyRate(row),
    indexLong: index(row.index_long),
    indexShort: index(row.index_short),
    oraclePrice: price(row.oracle_price),
    markPrice: price(row.mark_price),
    at: row.at.getTime(),
  }
}

export function toLiquidationDto(row: Row<'liquidations'>): LiquidationDto {
  return {
    id: eventId(row),
    market: row.market,
    authority: row.authority,
    subAccount: row.sub_account,
    liquidator: row.liquidator,
    side: row.side,
    size: base(row.size),
    price: price(row.price),
    quote: quote(row.quote),
    liquidationFee: quote(row.liquidation_fee),
    insuranceFee: quote(row.insurance_fee),
    loss: quote(row.loss),
    realisedPnl: quote(row.realised_pnl),
    positionBaseAfter: base(row.position_base_after),
    oraclePrice: price(row.oracle_price),
    at: row.at.getTime(),
    signature: row.signature,
  }
}

export function toCurrentFundingDto(row: Row<'markets'>): CurrentFundingDto {
  const { fundingRateHourly, openInterestLong, openInterestShort, fundingIndexLong, fundingIndexShort } =
    toMarketState(row)
  return {
    market: row.market,
    rateHourly: fundingRateHourly,
    openInterestLong,
    openInterestShort,
    indexLong: fundingIndexLong,
    indexShort: fundingIndexShort,
    accruedAt: row.funding_at.getTime(),
  }
}

export function toInsuranceDto(row: Row<'insurance'>, losses: readonly Row<'covered_losses'>[]): InsuranceDto {
  return {
    balance: quote(row.balance),
    floor: quote(row.floor),
    losses: losses.map((loss) => ({
      id: eventId(loss),
      market: loss.market,
      subAccount: loss.sub_account,
      loss: quote(loss.loss),
      insurance: quote(loss.insurance),
      pool: quote(loss.pool),
      socialised: quote(loss.socialised),
      deficit: quote(loss.deficit),
      at: loss.at.getTime(),
      signature: loss.signature,
    })),
    updatedAt: row.updated_at.getTime(),
  }
}
