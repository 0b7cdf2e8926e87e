import type { OraclePrice as CachedPrice, Market, SubAccount, TokenVault } from '#client/accounts.ts'
import { QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import { fundingPayment } from '#client/math/funding.ts'
import { accountHealth, isMet, type MarginAccount, type OraclePrice } from '#client/math/margin.ts'

/**
 * A sub-account as the margin formulas see it, from the accounts on chain.
 * @throws RangeError when it holds something in a market or vault that is not among those given.
 */
export function marginAccountOf(
  { collaterals, positions, orders }: SubAccount,
  markets: ReadonlyMap<number, Market>,
  vaults: ReadonlyMap<number, TokenVault>,
  nowS: number,
): MarginAccount {
  const at = <T>(table: ReadonlyMap<number, T>, index: number, what: string): T => {
    const found = table.get(index)
    if (found === undefined) throw new RangeError(`${what} ${index} is not known yet`)
    return found
  }
  return {
    quote: collaterals.find(({ vaultIndex }) => vaultIndex === QUOTE_VAULT_INDEX)?.amount ?? 0n,
    tokens: collaterals
      .filter(({ vaultIndex, amount }) => vaultIndex !== QUOTE_VAULT_INDEX && amount > 0n)
      .map(({ vaultIndex, amount }) => {
        const { decimals, price, params } = at(vaults, vaultIndex, 'token vault')
        const age = BigInt(nowS) - price.publishTime
        return {
          amount,
          unit: 10n ** BigInt(decimals),
          price: oraclePrice(price),
          age: age < 0n ? 0n : age,
          initialWeight: params.initialWeightBps,
          maintenanceWeight: params.maintenanceWeightBps,
        }
      }),
    positions: positions.map(({ marketIndex, base, quoteEntry, lastFundingIndex, openBids, openAsks }) => {
      const { params, funding, price } = at(markets, marketIndex, 'market')
      return {
        base,
        quoteEntry,
        funding: fundingPayment(base, base > 0n ? funding.indexLong : funding.indexShort, lastFundingIndex),
        openBids,
        openAsks,
        price: oraclePrice(price),
        ratios: {
          initial: params.initialMarginBps,
          maintenance: params.maintenanceMarginBps,
          liquidationBuffer: params.liquidationBufferBps,
        },
      }
    }),
    openOrders: orders.length,
  }
}

function oraclePrice({ price, confidence, emaPrice }: CachedPrice): OraclePrice {
  return { price, confidence, ema: emaPrice }
}

/** Below maintenance margin. The program decides; this says where it is worth asking. */
export function isLiquidatable(account: MarginAccount): boolean {
  return account.positions.some(({ base }) => base !== 0n) && !isMet(accountHealth(account, 'Maintenance'))
}

/** Market of the position that holds the most margin: reducing it helps most. */
export function largestPosition({ positions }: SubAccount, markets: ReadonlyMap<number, Market>): number | null {
  let largest: { marketIndex: number; margin: bigint } | null = null
  for (const { marketIndex, base } of positions) {
    const market = markets.get(marketIndex)
    if (market === undefined || base === 0n) continue
    const margin = (base < 0n ? -base : base) * market.price.price * BigInt(market.params.maintenanceMarginBps)
    if (largest === null || margin > largest.margin) largest = { marketIndex, margin }
  }
  return largest?.marketIndex ?? null
}
