import type { Market, Position, SubAccount, TokenVault } from '#client/accounts.ts'
import { hasFaded, isBankrupt } from '#client/insolvency.ts'
import { QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import { abs, min } from '#client/math/fixed.ts'
import {
  collateralForDebt,
  equityCoversFees,
  type LiquidationInputs,
  liquidationSize,
  takeoverLimitPrice,
} from '#client/math/liquidation.ts'
import { accountHealth, unrealisedPnl } from '#client/math/margin.ts'
import { portfolioOf } from '#client/portfolio-of.ts'
import { takeoverRoom } from './pool-room.ts'
import { makersFor, type RestingOrder, type RestingOrders } from './resting-orders.ts'
import type { AccountAtRisk } from './risk.ts'

/** What is to be done next about an account at risk; the program proves that it is needed. */
export type Remedy =
  | { kind: 'liquidate'; marketIndex: number; makers: readonly RestingOrder[] }
  /** The pool has no room, and the equity no longer covers both fees: against the first of these that the program takes. */
  | { kind: 'deleverage'; marketIndex: number; counterparties: readonly string[] }
  /** `maxTokens` in native units of the vault's mint. */
  | { kind: 'buy-collateral'; vaultIndex: number; maxTokens: bigint }
  | { kind: 'resolve-bankruptcy'; marketIndex: number }

export type World = {
  subAccounts: ReadonlyMap<string, SubAccount>
  markets: ReadonlyMap<number, Market>
  vaults: ReadonlyMap<number, TokenVault>
  resting: RestingOrders
  /** USDC (1e6) with which the keeper may buy collateral. */
  budget: bigint
  now: bigint
}

/** Counterparties tried for one deleveraging before the world is looked at again. */
const MOST_COUNTERPARTIES = 8
/** A purchase of less is not worth its fee (quote 1e6). */
const LEAST_PURCHASE = 1_000_000n

/** The next step for this account; null while there is none: nobody has room yet, or nothing is left to do. */
export function remedyFor(risk: AccountAtRisk, world: World): Remedy | null {
  const open = risk.isBelowMaintenance ? openPositions(risk.account, world.markets) : []
  for (const position of open) {
    const makers = makersAgainst(risk, position, world)
    if (makers.length > 0 || takeoverRoom(position.market, position.held.base, world.now) > 0n)
      return { kind: 'liquidate', marketIndex: position.market.index, makers }
  }
  for (const position of open) {
    if (equityCoversFees(inputsOf(risk, position, world))) continue
    const counterparties = winnersAgainst(risk, position, world)
    if (counterparties.length > 0) return { kind: 'deleverage', marketIndex: position.market.index, counterparties }
  }
  if (risk.debt === 0n) return null
  return collateralPurchase(risk, world) ?? bankruptcyStep(risk.account, world)
}

type Open = { held: Position; market: Market }

/** Positions that a liquidation can reduce, the one that holds the most margin first: reducing it helps most. */
function openPositions({ positions }: SubAccount, markets: ReadonlyMap<number, Market>): Open[] {
  const open = positions.flatMap((held): Open[] => {
    const market = markets.get(held.marketIndex)
    return market === undefined || held.base === 0n || market.settlementPrice > 0n ? [] : [{ held, market }]
  })
  const margin = ({ held, market }: Open) =>
    abs(held.base) * market.price.price * BigInt(market.params.maintenanceMarginBps)
  return open.toSorted((a, b) => Number(margin(b) > margin(a)) - Number(margin(b) < margin(a)))
}

function inputsOf({ account, equity }: AccountAtRisk, { held, market }: Open, world: World): LiquidationInputs {
  const portfolio = portfolioOf(account, world.markets, world.vaults, world.now)
  const { params, price } = market
  return {
    base: held.base,
    price: price.price,
    equity,
    target: accountHealth(portfolio, 'Liquidation').requirement,
    maintenance: params.maintenanceMarginBps,
    liquidationBuffer: params.liquidationBufferBps,
    liquidationFee: params.liquidationFeeBps,
    insuranceFee: params.insuranceFeeBps,
    step: params.stepSize,
  }
}

/** Resting orders of others that take the position at no worse a price than another trader would give. */
function makersAgainst(risk: AccountAtRisk, position: Open, world: World): RestingOrder[] {
  const { held, market } = position
  if (held.base === 0n || market.price.price === 0n) return []
  const inputs = inputsOf(risk, position, world)
  const { size } = liquidationSize(inputs)
  const side = held.base < 0n ? 'buy' : 'sell'
  const incoming = { side, marketIndex: market.index, placedAt: world.now } as const
  const makers = makersFor(incoming, risk.account.authority, takeoverLimitPrice(inputs, size), world.resting)
  return makers.filter(({ subAccount }) => subAccount !== risk.address)
}

/** Holders of the opposite position in profit, those who gained the most for their size first. */
function winnersAgainst({ address, account }: AccountAtRisk, { held, market }: Open, world: World): string[] {
  const price = market.price.price
  const winners: { address: string; gain: bigint }[] = []
  for (const [other, { authority, positions }] of world.subAccounts) {
    if (other === address || authority === account.authority) continue
    const theirs = positions.find(({ marketIndex }) => marketIndex === market.index)
    if (theirs === undefined || theirs.base === 0n || theirs.base < 0n === held.base < 0n) continue
    const pnl = unrealisedPnl(theirs.base, theirs.quoteEntry, price)
    if (pnl > 0n) winners.push({ address: other, gain: (pnl * PER_BASE) / abs(theirs.base) })
  }
  winners.sort((a, b) => Number(b.gain > a.gain) - Number(b.gain < a.gain))
  return winners.slice(0, MOST_COUNTERPARTIES).map((winner) => winner.address)
}

const PER_BASE = 1_000_000_000_000n

/** The debtor's most valuable token, as far as it repays the debt and the keeper can pay. */
function collateralPurchase({ account, debt }: AccountAtRisk, { vaults, budget, now }: World): Remedy | null {
  const spent = min(debt, budget)
  if (spent < LEAST_PURCHASE && spent < debt) return null
  const tokens = account.collaterals.flatMap(({ vaultIndex, amount }) => {
    const vault = vaults.get(vaultIndex)
    if (vault === undefined || vaultIndex === QUOTE_VAULT_INDEX || amount <= 0n || vault.price.price === 0n) return []
    if (hasFaded(vault, now)) return []
    const unit = 10n ** BigInt(vault.decimals)
    return [{ vaultIndex, amount, price: vault.price.price, unit, worth: (amount * vault.price.price) / unit }]
  })
  const best = tokens.toSorted((a, b) => Number(b.worth > a.worth) - Number(b.worth < a.worth))[0]
  if (best === undefined) return null
  const enough = collateralForDebt(spent, best.price, best.unit)
  // A token more than the budget pays for would be refused.
  const affordable = spent < debt && enough > 0n ? enough - 1n : enough
  const maxTokens = min(affordable, best.amount)
  return maxTokens > 0n ? { kind: 'buy-collateral', vaultIndex: best.vaultIndex, maxTokens } : null
}

/** Nothing is left to pay with: the next market that answers for a part of the debt. */
function bankruptcyStep(account: SubAccount, { vaults, now }: World): Remedy | null {
  if (!isBankrupt(account, vaults, now)) return null
  const answers = account.positions.find(({ debtLoss }) => debtLoss > 0n)
  return answers === undefined ? null : { kind: 'resolve-bankruptcy', marketIndex: answers.marketIndex }
}
