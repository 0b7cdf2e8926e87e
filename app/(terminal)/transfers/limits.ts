import { t } from '#app/i18n/t.ts'
import { accountHealth, freeCollateral, isMet, type Portfolio, type PortfolioToken } from '#client/math/index.ts'
import type { Asset } from './transfer.ts'

/** Lamports kept in the wallet when depositing all SOL: the rent of a first account, and fees. */
export const SOL_RESERVE = 50_000_000n

export type Limit = {
  /** Most that can be moved, native units. */
  max: bigint
  /** Why it is not more, for the trader; null when it is all there is. */
  reason: string | null
}

export function depositLimit(asset: Asset, held: bigint): Limit {
  if (asset === 'USDC') return { max: held, reason: null }
  const max = held > SOL_RESERVE ? held - SOL_RESERVE : 0n
  return { max, reason: t('A little SOL stays in the wallet for network fees.') }
}

/**
 * The most of a balance that leaves initial margin met. Each unit taken lowers collateral, so acceptance ends once and
 * can be searched for; the formulas stay where they are.
 */
export function withdrawLimit(asset: Asset, balance: bigint, portfolio: Portfolio): Limit {
  if (balance <= 0n) return { max: 0n, reason: null }
  if (isMet(accountHealth(without(asset, balance, portfolio), 'Initial'))) return { max: balance, reason: null }
  let [low, high] = [0n, balance]
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (isMet(accountHealth(without(asset, middle, portfolio), 'Initial'))) low = middle
    else high = middle
  }
  return { max: low, reason: t('The rest is margin of your positions and open orders.') }
}

/**
 * The account with this much less of the asset; a negative amount adds. `sol`: how SOL counts, for an account that holds
 * none yet.
 */
export function without(
  asset: Asset,
  amount: bigint,
  portfolio: Portfolio,
  sol: PortfolioToken | null = null,
): Portfolio {
  if (asset === 'USDC') return { ...portfolio, quote: portfolio.quote - amount }
  const held = portfolio.tokens.length > 0 || sol === null ? portfolio.tokens : [{ ...sol, amount: 0n }]
  const tokens = held.map((token) => ({
    ...token,
    amount: token.amount > amount ? token.amount - amount : 0n,
  }))
  return { ...portfolio, tokens }
}

export const freeAfter = (
  asset: Asset,
  amount: bigint,
  portfolio: Portfolio,
  sol: PortfolioToken | null = null,
): bigint => freeCollateral(accountHealth(without(asset, amount, portfolio, sol), 'Initial'))
