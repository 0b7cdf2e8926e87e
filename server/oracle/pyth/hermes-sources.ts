import { wakeable } from '#server/chain/index.ts'
import type { SourcePrice } from '../price.ts'
import type { OracleSource, SourceReport } from '../source.ts'
import type { AccumulatorVerdict, PythUpdate } from './accumulator.ts'
import type { Hermes } from './hermes.ts'

/** Prices come several times a second and keep-alives between them: this long means a dead socket. */
const STREAM_SILENT_MS = 5_000
/** Hermes lets ten requests in ten seconds through; this stays below with room for history and posting. */
const POLL_EVERY_MS = 2_000
const POLL_SILENT_MS = 15_000

/** Hermes as a stream. It closes each stream after 24 hours, which is no failure. */
export function hermesStream(hermes: Hermes, feedIds: readonly string[]): OracleSource {
  return {
    name: 'hermes',
    silentAfterMs: STREAM_SILENT_MS,
    connect: async (report, signal) => {
      for await (const verdicts of hermes.stream(feedIds, report.onAlive, signal)) reportMessages(verdicts, report)
    },
  }
}

/** Hermes asked again and again, for when its stream does not get through. */
export function hermesPoll(hermes: Hermes, feedIds: readonly string[]): OracleSource {
  return {
    name: 'hermes-rest',
    silentAfterMs: POLL_SILENT_MS,
    connect: async (report, signal) => {
      const sleeper = wakeable(signal)
      while (!signal.aborted) {
        if (report.isNeeded()) reportMessages(await hermes.latest(feedIds, signal), report)
        report.onAlive()
        await sleeper.orAfter(POLL_EVERY_MS)
      }
    },
  }
}

function reportMessages(verdicts: readonly AccumulatorVerdict[], report: SourceReport): void {
  for (const verdict of verdicts) {
    if (!verdict.ok) report.onRefused(verdict.refusal, verdict.reason)
    else for (const update of verdict.message.updates) report.onPrice(priceOf(update))
  }
}

export function priceOf(update: PythUpdate): SourcePrice {
  const { feedId, price, confidence, exponent, emaPrice, publishTime } = update
  return { feedId, price, confidence, exponent, emaPrice, publishedAt: Number(publishTime) * 1_000 }
}
