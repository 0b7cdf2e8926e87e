/** Invariants 5 and 6: who may carry risk, what a reduction and a liquidation leave, and what a bankrupt account holds. */
import type { EventOf, PerpsEvent } from '#client/events.ts'
import type { ReducedParty } from '#client/generated/types.ts'
import { abs } from '#client/math/fixed.ts'
import { type LiquidationInputs, liquidationSize } from '#client/math/liquidation.ts'
import { accountHealth, type Health, isMet, type MarginKind } from '#client/math/margin.ts'
import { lossAgainstOracle } from '#client/math/orders.ts'
import { free, healthOf, positionRisk, pricedAt } from '../health.ts'
import { baseIn, type Market, positionIn, quoteOf, type Sub } from '../mirror.ts'
import { FLAG, priceRuleOf } from '../order.ts'
import type { Step, Walk } from '../walk.ts'
import { holds, touched } from './broken.ts'
import { orderOf } from './fills.ts'

export function checkHealth(walk: Walk, step: Step, event: PerpsEvent): void {
  switch (event.name) {
    case 'CollateralWithdrawn':
    case 'PoolDepositRequested':
    case 'InsuranceRefilled':
      requireInitial(walk, step, event.data.subAccount)
      break
    case 'CollateralTransferred':
      requireInitial(walk, step, event.data.from)
      break
    case 'OrderPlaced': {
      const { orders, marketIndex, subAccount } = event.data
      const addsRisk = orders.some((order) => (order.flags & FLAG.reduceOnly) === 0)
      if (addsRisk) requireInitial(walk, step, subAccount, marketIndex)
      break
    }
    case 'OrderFilled':
      checkTrades(walk, step, event.data)
      break
    case 'PositionLiquidated': {
      const { party, market, covered, liquidatorSubAccount, takenSize } = event.data
      checkLiquidation(walk, step, party, walk.mirror.market(market.index), covered.loss > 0n)
      if (liquidatorSubAccount && takenSize > 0n) requireInitial(walk, step, liquidatorSubAccount)
      if (covered.loss > 0n) checkBankrupt(step, party.subAccount)
      break
    }
    case 'PositionDeleveraged':
      if (event.data.covered.loss > 0n) checkBankrupt(step, event.data.party.subAccount)
      break
    case 'BankruptcyResolved':
      checkBankrupt(step, event.data.subAccount)
      break
    default:
  }
}

/** `orderedIn`: the market of an order that adds risk, judged by its open interest. */
function requireInitial(walk: Walk, step: Step, key: string, orderedIn?: number): void {
  const { after } = sidesOf(step, key)
  const scaled = orderedIn === undefined ? undefined : { market: orderedIn, scaled: true }
  const health = healthOf(walk.mirror, after, 'Initial', step.now, scaled)
  holds(isMet(health), `5: ${step.attempt.name} leaves Initial met (${free(health)})`)
}

type Sides = { readonly before: Sub; readonly after: Sub }

function sidesOf(step: Step, key: string): Sides {
  const touch = touched(step, 'SubAccount').find((account) => account.key === key)
  if (!touch?.before || !touch.after) throw new Error(`${key} was not touched`)
  return { before: touch.before, after: touch.after }
}

function checkTrades(walk: Walk, step: Step, event: EventOf<'OrderFilled'>): void {
  const { taker, makers, marketIndex, oraclePrice, side, size, quote } = event
  const market = walk.mirror.market(marketIndex)
  const order = orderOf(sidesOf(step, taker.subAccount).before, taker.orderId)
  const kind = priceRuleOf(order, BigInt(step.now)) === 'one' ? 'Take' : 'Initial'
  const loss = lossAgainstOracle(side, size, quote, oraclePrice)
  const { subAccount, interest } = taker
  checkTrade(walk, step, { ...sidesOf(step, subAccount), market, at: oraclePrice, kind, interest, loss })
  for (const { size, quote, party } of makers.filter((maker) => maker.size > 0n)) {
    const loss = lossAgainstOracle(side === 'buy' ? 'sell' : 'buy', size, quote, oraclePrice)
    const { subAccount, interest } = party
    checkTrade(walk, step, {
      ...sidesOf(step, subAccount),
      market,
      at: market.price.price,
      kind: 'Fill',
      interest,
      loss,
    })
  }
}

/** `at`: the price it is judged at. `interest`: owed before the trade, and charged with it. `loss`: against the oracle. */
type Trade = Sides & {
  readonly market: Market
  readonly at: bigint
  readonly kind: MarginKind
  readonly interest: bigint
  readonly loss: bigint
}

function checkTrade(walk: Walk, { now }: Step, { before, after, market, at, kind, interest, loss }: Trade): void {
  const judged = { market: market.index, at }
  const [was, is] = [baseIn(before, market.index), baseIn(after, market.index)]
  const reduces = abs(is) < abs(was) && (is === 0n || was > 0n === is > 0n)
  if (!reduces) {
    const health = healthOf(walk.mirror, after, kind, now, judged)
    holds(isMet(health), `5: who adds risk meets ${kind}: ${was} to ${is} (${free(health)})`)
    return
  }
  const alone = (sub: Sub): bigint => {
    const position = positionIn(sub, market.index)
    const positions = position ? [positionRisk(position, pricedAt(market, at), now)] : []
    return free(accountHealth({ quote: quoteOf(sub), tokens: [], positions, openOrders: 0 }, 'Maintenance'))
  }
  const health = healthOf(walk.mirror, after, 'Maintenance', now, judged)
  holds(alone(after) >= alone(before) - interest || isMet(health), '5: a reduction leaves maintenance no worse')
  holds(loss === 0n || health.collateral >= 0n, `5: a reduction gives away no more than there is (${loss})`)
}

function checkLiquidation(walk: Walk, step: Step, party: ReducedParty, market: Market, lost: boolean): void {
  const { subAccount, interest } = party
  const { before, after } = sidesOf(step, subAccount)
  const { now } = step
  const was = healthOf(walk.mirror, before, 'Maintenance', now)
  holds(!isMet(was), `5: only an account below maintenance is liquidated (${free(was)})`)
  const [had, has] = [baseIn(before, market.index), baseIn(after, market.index)]
  holds(abs(has) < abs(had) && (has === 0n || has > 0n === had > 0n), '5: a liquidation reduces')
  // A loss that others share moves their funding, and so what was measured before.
  if (lost) return
  const needed = liquidationSize(inputsOf(walk, now, before, market, was)).size
  holds(abs(had) - abs(has) <= needed, `5: a liquidation takes no more than it needs (${had} to ${has}, ${needed})`)
  const is = healthOf(walk.mirror, after, 'Maintenance', now)
  const numbers = `${was.collateral}/${was.requirement} to ${is.collateral}/${is.requirement}`
  holds(free(is) >= free(was) - interest, `5: a liquidation leaves the account no worse (${numbers})`)
  // So far below that fees eat more than the margin they free, only the distance shrinks, not the ratio.
  const isBack = free(is) >= 0n
  const isRatioNoWorse = is.collateral * was.requirement >= was.collateral * is.requirement
  holds(!isBack || isRatioNoWorse, `5: a liquidation leaves the ratio no worse (${numbers})`)
}

function inputsOf(
  walk: Walk,
  now: number,
  sub: Sub,
  { index, params, price }: Market,
  { collateral }: Health,
): LiquidationInputs {
  return {
    base: baseIn(sub, index),
    price: price.price,
    equity: collateral,
    target: healthOf(walk.mirror, sub, 'Liquidation', now).requirement,
    maintenance: params.maintenanceMarginBps,
    liquidationBuffer: params.liquidationBufferBps,
    liquidationFee: params.liquidationFeeBps,
    insuranceFee: params.insuranceFeeBps,
    step: params.stepSize,
  }
}

function checkBankrupt(step: Step, key: string): void {
  const { positions, collaterals } = sidesOf(step, key).after
  const tokens = collaterals.filter(({ vaultIndex, amount }) => vaultIndex !== 0 && amount !== 0n)
  holds(positions.every(({ base }) => base === 0n) && tokens.length === 0, '6: a bankrupt account holds nothing')
}
