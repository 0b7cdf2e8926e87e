/**
 * Prices. Who calls what:
 *
 *   source (replay; live ones later) → takePrices (normalise, validate, count) in the role `ingest`
 *     → bus topic `price.{market}` with a PriceDto
 *         → the keeper's price loop: readPriceMessage → PricePublisher.publish → instruction update_oracle_price with the
 *           account it returns; execute_order of a waiting order takes the same account, or that of `postTheOne` when
 *           the keeper comes late and the feed's account has moved on
 *         → candles and ticks in `ingest`
 *         → the realtime hub in `web` → browser
 *
 * Nothing else reads a source.
 */
export { chosenSource, openSource } from './choose-source.ts'
export { marketOfFeed, ORACLE_FEEDS, type OracleFeed } from './feeds.ts'
export {
  assessQuality,
  type OraclePrice,
  type PriceQuality,
  type PriceSource,
  type SourcePrice,
} from './price.ts'
export { localnetPublisher, type PostedPrice, type PricePublisher } from './publish.ts'
export { type PriceDto, priceDto, readPriceMessage, toPriceDto } from './schema.ts'
export type { OracleSource, PriceBar, PriceHistory } from './source.ts'
export { type RefusalCounts, takePrices } from './take-prices.ts'
