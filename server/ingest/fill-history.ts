import type { PriceBar, PriceHistory } from '#server/oracle/index.ts'
import type { Db } from '#server/platform/db/index.ts'
import { type CandleRow, newestMinute, refreshVolumes, upsertCandles } from './candle-repo.ts'
import { barOfPrice, candleOpenAt, type Interval, rollUp } from './candles.ts'

const COARSE = ['5m', '15m', '1h', '4h', '1d'] as const
/** The finest candles serve the last hours of a live chart only. */
const FINE = [
  ['1s', 30 * 60_000],
  ['5s', 2 * 3_600_000],
] as const

/**
 * Makes the candles of every market complete up to `toMs` (exclusive), including those still open then, from a recording,
 * which knows every tick. Continues after the newest stored minute; the second run changes nothing. One transaction
 * per market, so a start that dies half way leaves nothing half.
 * @returns how many candles were made.
 */
export async function fillHistory(db: Db, history: PriceHistory, toMs: number): Promise<number> {
  const made = await Promise.all(history.markets.map((market) => fillMarket(db, history, market, toMs)))
  return made.reduce((sum, rows) => sum + rows, 0)
}

async function fillMarket(db: Db, history: PriceHistory, market: string, toMs: number): Promise<number> {
  const newest = await newestMinute(db, 'replay', market)
  const bars =
    newest === undefined ? await firstRows(history, market, toMs) : await rowsSince(history, market, newest, toMs)
  const rows = bars.map((row) => ({ ...row, source: history.source }))
  await db.transaction().execute(async (transaction) => {
    await upsertCandles(transaction, rows)
    if (newest !== undefined) await refreshVolumes(transaction, market, newest)
  })
  return rows.length
}

type Row = Omit<CandleRow, 'source'>

async function firstRows(history: PriceHistory, market: string, toMs: number): Promise<Row[]> {
  // Whole days, so that no candle mixes recent and older bars.
  const fromMs = candleOpenAt('1d', toMs - history.firstSpanMs)
  const older = [...history.older(market, fromMs)]
  return [
    ...COARSE.flatMap((interval) => rowsOf(market, interval, rollUp(older, interval))),
    ...(await rowsSince(history, market, fromMs, toMs)),
  ]
}

/** Candles of every interval that are not older than the day of `fromMs`: its coarse candles need their whole span. */
async function rowsSince(history: PriceHistory, market: string, fromMs: number, toMs: number): Promise<Row[]> {
  const whole = await history.minutes(market, candleOpenAt('1d', fromMs), toMs)
  const minutes = [...whole, ...openMinute(history, market, toMs)]
  const fine = FINE.flatMap(([interval, spanMs]) => {
    const ticks = history.ticks(market, candleOpenAt(interval, Math.max(fromMs, toMs - spanMs)), toMs)
    return rowsOf(market, interval, rollUp(bars(ticks), interval))
  })
  return [
    ...rowsOf(market, '1m', minutes),
    ...COARSE.flatMap((interval) => rowsOf(market, interval, rollUp(minutes, interval))),
    ...fine,
  ]
}

/** The minute that `toMs` cuts, as far as it has come. */
function openMinute(history: PriceHistory, market: string, toMs: number): PriceBar[] {
  return rollUp(bars(history.ticks(market, candleOpenAt('1m', toMs), toMs)), '1m')
}

function* bars(ticks: Iterable<{ publishedAt: number; price: bigint }>): Iterable<PriceBar> {
  for (const { publishedAt, price } of ticks) yield barOfPrice(publishedAt, price)
}

function rowsOf(market: string, interval: Interval, made: readonly PriceBar[]): Row[] {
  return made.map((bar) => ({ market, interval, bar }))
}
