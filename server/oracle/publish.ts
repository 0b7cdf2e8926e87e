import type { PublicKey } from '@solana/web3.js'
import { AppError, errorMessage } from '#server/platform/errors.ts'
import type { OraclePrice } from './price.ts'

/** A `PriceUpdateV2` account that the program accepts. Times are whole seconds, as Pyth's are. */
export type PostedPrice = {
  market: string
  account: PublicKey
  publishTime: number
  prevPublishTime: number
}

/** Brings prices onto the chain. The keeper's price loop owns one and calls `update_oracle_price` with what it posts. */
export type PricePublisher = {
  /**
   * Posts a price to its feed's account. Undefined when its whole second is not later than the one posted before, as
   * every second has one price.
   * @throws AppError CHAIN_UNAVAILABLE; the next price is then posted as if nothing had been lost.
   */
  publish(
    price: Pick<OraclePrice, 'market' | 'price' | 'confidence' | 'emaPrice' | 'publishedAt'>,
  ): Promise<PostedPrice | undefined>
  /**
   * The one price that may fill an order eligible from `eligibleFrom` (seconds): published at or after it, while the
   * one before was published earlier. Posted to an account of its own, because the feed's account may have moved on.
   * Undefined while there is none yet, or when it is not remembered any more.
   */
  postTheOne(market: string, eligibleFrom: number): Promise<PostedPrice | undefined>
}

/** Whether an update is the one price of an order eligible from that second; times in seconds. */
export function isTheOne(
  { publishTime, prevPublishTime }: { publishTime: bigint; prevPublishTime: bigint },
  eligibleFrom: number,
): boolean {
  return prevPublishTime < eligibleFrom && eligibleFrom <= publishTime
}

export function noFeed(market: string): AppError {
  return new AppError('BAD_INPUT', { message: `no price feed is published for ${market}` })
}

/** Asks the RPC. @throws AppError CHAIN_UNAVAILABLE */
export async function askingChain<T>(method: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('CHAIN_UNAVAILABLE', { message: `${method}: ${errorMessage(cause)}`, cause })
  }
}
