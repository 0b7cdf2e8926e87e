import { t, word } from '#app/i18n/t.ts'
import type { PriceDto } from '#server/oracle/schema.ts'
import { useNow } from './clock.ts'
import { useConnection } from './connection.ts'
import { usePrice } from './market.tsx'

/** Older than this a price is no longer a price to trade at: panels grey out and say why. */
export const STALE_AFTER_MS = 10_000
/** Older than this it is late: the age turns amber. */
export const LATE_AFTER_MS = 3_000

export type Freshness = 'unknown' | 'fresh' | 'late' | 'stale'

function freshnessOf(ageMs: number, quality: PriceDto['quality']): Freshness {
  if (quality === 'stale' || ageMs > STALE_AFTER_MS) return 'stale'
  return ageMs > LATE_AFTER_MS ? 'late' : 'fresh'
}

/** How fresh the market's price is, and the sentence to show when it is not. */
export function useFreshness(market: string): { freshness: Freshness; reason: string | undefined } {
  const publishedAt = usePrice(market, selectPublishedAt)
  const quality = usePrice(market, selectQuality)
  const status = useConnection((connection) => connection.status)
  const freshness = useNow((now) =>
    publishedAt === undefined || quality === undefined ? 'unknown' : freshnessOf(now - publishedAt, quality),
  )
  if (freshness !== 'stale') return { freshness: freshness ?? 'unknown', reason: undefined }
  const reason =
    status === 'down' || status === 'connecting'
      ? t('No connection to the exchange. What you see is the last known state; it updates by itself.')
      : t('The oracle price is old. Market orders wait until a fresh price arrives.')
  return { freshness: 'stale', reason }
}
const selectPublishedAt = (price: PriceDto) => price.publishedAt
const selectQuality = (price: PriceDto) => price.quality

/** What is unusual about a price: a word for the header, a sentence for who wants to know. */
export const FLAG_TEXT: Record<PriceDto['flags'][number], { label: string; title: string }> = {
  fallback: {
    label: word('fallback'),
    title: word('The preferred price source does not deliver; another one stands in.'),
  },
  diverges: { label: word('sources disagree'), title: word('Two price sources are more than 1 % apart.') },
  unchecked: {
    label: word('unchecked'),
    title: word('No second provider is fresh enough to compare this price with.'),
  },
  clock: {
    label: word('clock differs'),
    title: word("The price is ahead of the server's clock, so its age is not known."),
  },
}

/** Where a price comes from, as a person says it. */
export const SOURCE_NAME: Record<PriceDto['source'], string> = {
  replay: word('Replay'),
  hermes: 'Pyth',
  'hermes-rest': word('Pyth, polled'),
  'pyth-push': word('Pyth on chain'),
  exchange: word('Exchange feed'),
}
