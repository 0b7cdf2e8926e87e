import { z } from 'zod'
import { formatUnits, PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import { type OraclePrice, PRICE_FLAGS, PRICE_QUALITIES, PRICE_SOURCES } from './price.ts'
import { REFUSALS } from './validate.ts'

const decimal = z.string().describe('Quote per whole base unit, exact decimal without exponent')
const at = z.number().int().describe('Milliseconds since 1970-01-01 UTC')

export const priceSource = z.enum(PRICE_SOURCES).describe('replay is recorded real data, never a live market')
export const priceQuality = z.enum(PRICE_QUALITIES).describe('Anything but valid stops new positions')

export const priceFlag = z
  .enum(PRICE_FLAGS)
  .describe(
    'fallback: a better source does not deliver. diverges: another source is more than 1 % away. unchecked: no second provider to compare with. clock: published ahead of our clock',
  )

/** A price on the wire and on the bus topic `price.{market}`. */
export const priceDto = z
  .object({
    market: z.string(),
    price: decimal,
    confidence: decimal.describe('Half width of the interval the true price lies in'),
    emaPrice: decimal.describe('Exponential moving average over about an hour'),
    publishedAt: at.describe('When the source published it'),
    receivedAt: at.describe('When this server took it'),
    source: priceSource,
    quality: priceQuality,
    flags: z.array(priceFlag),
  })
  .meta({ id: 'Price' })
export type PriceDto = z.infer<typeof priceDto>

export function toPriceDto(price: Omit<OraclePrice, 'feedId'>, receivedAt: number): PriceDto {
  return {
    market: price.market,
    price: formatUnits(price.price, PRICE_DECIMALS),
    confidence: formatUnits(price.confidence, PRICE_DECIMALS),
    emaPrice: formatUnits(price.emaPrice, PRICE_DECIMALS),
    publishedAt: price.publishedAt,
    receivedAt,
    source: price.source,
    quality: price.quality,
    flags: [...price.flags],
  }
}

/** What the keeper and others need of a bus message. @throws ZodError for anything that is not a PriceDto. */
export function readPriceMessage(message: unknown): Omit<OraclePrice, 'feedId'> {
  const { market, price, confidence, emaPrice, publishedAt, source, quality, flags } = priceDto.parse(message)
  return {
    market,
    price: parseUnits(price, PRICE_DECIMALS),
    confidence: parseUnits(confidence, PRICE_DECIMALS),
    emaPrice: parseUnits(emaPrice, PRICE_DECIMALS),
    publishedAt,
    source,
    quality,
    flags,
  }
}

/** Refusals so far by reason, of a market or a source. */
export const refusalCounts = z
  .partialRecord(z.enum(REFUSALS), z.number().int())
  .describe('What was not taken since the process started, by reason')
