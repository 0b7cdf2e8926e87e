/** Markets: listing for operators, prices and funding for anyone. */
import type { TransactionInstruction } from '@solana/web3.js'
import type { MarketParams } from '../generated/types.ts'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, exchangeAddress, insuranceAddress, marketAddress } from '../pda.ts'
import { lossAccounts } from './risk.ts'

/** `symbol`: ASCII of at most 16 characters, "SOL-PERP". It takes no new risk until a change activates it. */
export function initializeMarket(input: {
  readonly admin: AddressLike
  readonly index: number
  readonly symbol: string
  readonly params: MarketParams
}): TransactionInstruction {
  const { admin, index, symbol, params } = input
  const accounts = { admin, exchange: exchangeAddress(), market: marketAddress(index) }
  return buildInstruction('initializeMarket', accounts, { index, symbol, params })
}

/** Caches one Pyth price update on a market, a token vault of the same feed, or both. Anyone may. */
export function updateOraclePrice(input: {
  readonly priceUpdate: AddressLike
  readonly marketIndex?: number | null
  readonly tokenVault?: AddressLike | null
}): TransactionInstruction {
  const { priceUpdate, marketIndex, tokenVault } = input
  const market = marketIndex === undefined || marketIndex === null ? null : marketAddress(marketIndex)
  return buildInstruction('updateOraclePrice', { priceUpdate, market, tokenVault }, {})
}

/** Accrues a market's funding up to now. Anyone may. */
export function settleFunding(input: { readonly marketIndex: number }): TransactionInstruction {
  return buildInstruction('settleFunding', { market: marketAddress(input.marketIndex) }, {})
}

/** Fixes the price at which every position of a market closes, when its pool, its feed or a change has ended it. Anyone may. */
export function settleMarket(input: { readonly marketIndex: number }): TransactionInstruction {
  return buildInstruction(
    'settleMarket',
    { market: marketAddress(input.marketIndex), insurance: insuranceAddress() },
    {},
  )
}

/** Closes a position of a market being wound down at its settlement price, and covers the debt it leaves. Anyone may. */
export function settlePosition(input: {
  readonly marketIndex: number
  readonly subAccount: AddressLike
  /** Of the tokens the account holds: whether they could pay a debt. */
  readonly tokenVaults?: readonly AddressLike[]
}): TransactionInstruction {
  const { marketIndex, subAccount, tokenVaults = [] } = input
  return buildInstruction('settlePosition', lossAccounts(marketIndex, subAccount), {}, { readOnly: tokenVaults })
}
