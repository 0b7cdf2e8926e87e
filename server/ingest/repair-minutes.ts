import type { PriceBar, PriceHistory } from '#server/oracle/index.ts'
import type { Db } from '#server/platform/db/index.ts'
import { type CandleRow, refreshVolumes, storedMinutes, upsertCandles } from './candle-repo.ts'
import { candleOpenAt, INTERVAL_MS, rollUp } from './candles.ts'

const MINUTE_MS = INTERVAL_MS['1m']
const COARSE = ['5m', '15m', '1h', '4h', '1d'] as const

type Hole = { fromMs: number; toMs: number }

/**
 * Fetches the one-minute candles that are missing in the last days (`firstSpanMs`) before `toMs` from what a live source's
 * history knows, and rolls the coarser ones up again from all minutes. Minutes that exist are left as they are, also the
 * two that a pause cut: their prices were heard. What the history does not know stays a gap.
 * @returns how many minutes were put in. @throws AppError UPSTREAM when the history does not answer.
 */
export async function repairMinutes(db: Db, history: PriceHistory, market: string, toMs: number): Promise<number> {
  const until = candleOpenAt('1m', toMs)
  // Whole days, so that no coarse candle begins in the middle.
  const from = candleOpenAt('1d', toMs - history.firstSpanMs)
  const stored = await storedMinutes(db, 'live', market, from, until)
  const holes = holesBetween(
    stored.map(({ bar }) => bar.t),
    { fromMs: from, toMs: until },
  )
  const found: PriceBar[] = []
  for (const { fromMs, toMs: end } of holes) found.push(...(await history.minutes(market, fromMs, end)))
  const [oldest] = found
  if (oldest === undefined) return 0

  await db.transaction().execute(async (transaction) => {
    const row = (interval: CandleRow['interval'], bar: PriceBar): CandleRow => ({
      market,
      interval,
      bar,
      source: history.source,
    })
    await upsertCandles(
      transaction,
      found.map((bar) => row('1m', bar)),
    )
    const minutes = await storedMinutes(transaction, 'live', market, candleOpenAt('1d', oldest.t), toMs)
    for (const interval of COARSE) {
      const bars = rollUp(
        minutes.map(({ bar }) => bar),
        interval,
      )
      await upsertCandles(
        transaction,
        bars.map((bar) => row(interval, bar)),
      )
    }
    await refreshVolumes(transaction, market, oldest.t)
  })
  return found.length
}

/** The ranges of minutes that `opens` (sorted) leave out. */
export function holesBetween(opens: readonly number[], { fromMs, toMs }: Hole): Hole[] {
  const holes: Hole[] = []
  let next = fromMs
  for (const t of [...opens, toMs]) {
    if (t > next) holes.push({ fromMs: next, toMs: t })
    next = t + MINUTE_MS
  }
  return holes
}
