import type { EventOf } from '#client/events.ts'
import type { CoveredLoss, ReducedParty } from '#client/generated/types.ts'
import type { LiquidationType } from '#server/platform/db/types.ts'
import type { Change } from '../changes.ts'
import { balance, quoteBalance, touch } from './accounts.ts'
import { projectMaker } from './fills.ts'
import { cancel } from './orders.ts'
import { fillPrice, marketAfter, projectParty, reduction, type Scene } from './parties.ts'
import { chainTime, type Directory, type Place } from './place.ts'

type Cause = 'liquidation' | 'deleverage'
type Reducing = EventOf<'PositionLiquidated'> | EventOf<'PositionDeleveraged'>

function sceneOf(cause: Cause, event: Reducing, place: Place, directory: Directory): Scene {
  const { market } = event
  return {
    market: directory.market(market.index),
    marketSequence: market.sequence,
    fundingIndexLong: market.fundingIndexLong,
    fundingIndexShort: market.fundingIndexShort,
    cause,
    oraclePrice: event.oraclePrice,
    publishedAt: chainTime(event.publishTime),
    at: chainTime(event.at),
    place,
    directory,
  }
}

export function projectPositionLiquidated(
  event: EventOf<'PositionLiquidated'>,
  place: Place,
  directory: Directory,
): Change[] {
  const scene = sceneOf('liquidation', event, place, directory)
  const { party, market, makers } = event
  // The liquidation fee is in the price; only the insurance fee is charged on top.
  const traded = reduction(party, { fee: event.insuranceFee, taker: true })
  return [
    ...projectParty(party, traded, scene),
    ...makers.flatMap((maker) => projectMaker(maker, { marketIndex: market.index, takerSide: traded.side }, scene)),
    ...projectLiquidator(event, scene),
    liquidationRow(party, scene, {
      type: party.positionBase === 0n ? 'whole' : 'partial',
      liquidator: event.liquidatorSubAccount,
      liquidation_fee: event.liquidationFee,
      insurance_fee: event.insuranceFee,
      reward: event.liquidatorReward,
      loss: event.covered.loss,
    }),
    ...afterLoss(event, party.subAccount, place, directory),
  ]
}

export function projectPositionDeleveraged(
  event: EventOf<'PositionDeleveraged'>,
  place: Place,
  directory: Directory,
): Change[] {
  const scene = sceneOf('deleverage', event, place, directory)
  const { party, counterparty } = event
  return [
    ...projectParty(party, reduction(party, { fee: 0n, taker: true }), scene),
    ...projectParty(counterparty, reduction(counterparty, { fee: 0n, taker: false }), scene),
    liquidationRow(party, scene, {
      type: 'deleverage',
      liquidator: null,
      liquidation_fee: 0n,
      insurance_fee: 0n,
      reward: 0n,
      loss: event.covered.loss,
    }),
    ...afterLoss(event, party.subAccount, place, directory),
  ]
}

/** The caller's account: its reward, and its side of what it took over. */
function projectLiquidator(event: EventOf<'PositionLiquidated'>, scene: Scene): Change[] {
  const { liquidatorSubAccount: subAccount, liquidatorSequence: sequence, taken } = event
  if (taken !== null) return projectParty(taken, reduction(taken, { fee: 0n, taker: false }), scene)
  if (subAccount === null || sequence === 0n) return []
  return quoteBalance(subAccount, sequence, event.liquidatorQuoteBalance, scene.at, scene.directory)
}

function liquidationRow(
  party: ReducedParty,
  { market, marketSequence, oraclePrice, at, place, directory }: Scene,
  how: {
    type: LiquidationType
    liquidator: string | null
    liquidation_fee: bigint
    insurance_fee: bigint
    reward: bigint
    loss: bigint
  },
): Change {
  const { side, size, quote } = reduction(party, { fee: 0n, taker: true })
  return {
    kind: 'insert',
    table: 'liquidations',
    row: {
      signature: place.signature,
      path: place.path,
      sub_account: party.subAccount,
      authority: directory.authority(party.subAccount),
      market,
      side,
      price: fillPrice(quote, size),
      size,
      quote,
      realised_pnl: party.realisedPnl,
      oracle_price: oraclePrice,
      position_base_after: party.positionBase,
      sequence: party.sequence,
      market_sequence: marketSequence,
      at,
      ...how,
    },
  }
}

type WithLoss = Reducing | EventOf<'BankruptcyResolved'> | EventOf<'MarketSettled'> | EventOf<'PositionSettled'>

/** Market and insurance fund after an event that may have covered a loss, and who bore it. */
export function afterLoss(event: WithLoss, subAccount: string | null, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  return [
    marketAfter(event.market, at, directory),
    insuranceAfter(event, at, directory),
    ...lossRow(event.covered, { subAccount, market: directory.market(event.market.index), at }, place, directory),
  ]
}

/** The insurance fund; a sequence of 0 means that it took no part. */
export function insuranceAfter(
  { insuranceBalance, insuranceSequence }: { insuranceBalance: bigint; insuranceSequence: bigint },
  at: Date,
  { insurance }: Directory,
): Change {
  return {
    kind: 'update',
    table: 'insurance',
    key: { address: insurance },
    set: { balance: insuranceBalance, sequence: insuranceSequence, updated_at: at },
  }
}

function lossRow(
  covered: CoveredLoss,
  { subAccount, market, at }: { subAccount: string | null; market: string; at: Date },
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  if (covered.loss === 0n) return []
  const { loss, insurance, pool, socialised, deficit } = covered
  const authority = subAccount === null ? null : directory.authority(subAccount)
  return [
    {
      kind: 'insert',
      table: 'covered_losses',
      row: {
        signature,
        path,
        market,
        sub_account: subAccount,
        authority,
        loss,
        insurance,
        pool,
        socialised,
        deficit,
        at,
      },
    },
  ]
}

export function projectBankruptcyResolved(
  event: EventOf<'BankruptcyResolved'>,
  place: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount } = event
  return [
    ...quoteBalance(subAccount, event.sequence, event.quoteBalance, at, directory),
    ...event.canceled.flatMap((order) => cancel(subAccount, order, at, place, directory)),
    ...afterLoss(event, subAccount, place, directory),
  ]
}

export function projectCollateralLiquidated(
  event: EventOf<'CollateralLiquidated'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount, liquidatorSubAccount: liquidator, mint, tokens, quote, interest, sequence } = event
  const quoteMint = directory.quoteMint()
  return [
    balance(subAccount, mint, event.tokenBalance, at, directory),
    balance(subAccount, quoteMint, event.quoteBalance, at, directory),
    touch(subAccount, sequence, at),
    balance(liquidator, mint, event.liquidatorTokenBalance, at, directory),
    balance(liquidator, quoteMint, event.liquidatorQuoteBalance, at, directory),
    touch(liquidator, event.liquidatorSequence, at),
    {
      kind: 'insert',
      table: 'collateral_liquidations',
      row: {
        signature,
        path,
        sub_account: subAccount,
        authority: directory.authority(subAccount),
        liquidator,
        mint,
        tokens,
        quote,
        interest,
        oracle_price: event.oraclePrice,
        sequence,
        at,
      },
    },
  ]
}
