/**
 * Prices. Who calls what:
 *
 *   sources (replay, or Hermes, Pyth's accounts, exchanges) → takePrices (normalise, validate, compare, choose, count)
 *     in the role `ingest`
 *     → bus topic `price.{market}` with a PriceDto
 *         → the keeper's price loop: readPriceMessage → PricePublisher.publish → instruction update_oracle_price with the
 *           account it returns; execute_order of a waiting order takes the same account, or that of `postTheOne` when
 *           the keeper comes late and the feed's account has moved on
 *         → candles and ticks in `ingest`
 *         → the realtime hub in `web` → browser
 *
 * Nothing else reads a source.
 */
export { ORACLE_FEEDS, type OracleFeed } from './feeds.ts'
export {
  type Oracle,
  type OracleConfig,
  type OracleMode,
  openOracle,
  oracleMode,
} from './open-oracle.ts'
export {
  type OraclePrice,
  PRICE_FLAGS,
  type PriceFlag,
  type PriceQuality,
  type PriceSource,
  qualityNow,
} from './price.ts'
export { openPublisher } from './publish/open-publisher.ts'
export type { PostedPrice, PricePublisher } from './publish.ts'
export { type PriceDto, priceDto, readPriceMessage, refusalCounts, toPriceDto } from './schema.ts'
export type { OracleSource, PriceBar, PriceHistory } from './source.ts'
export { type RefusalCounts, type SourceHealth, type TakenPrices, takePrices } from './take-prices.ts'
