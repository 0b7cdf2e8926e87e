import type { Price } from '#client/units.ts'
import { AppError, errorMessage } from '#server/platform/errors.ts'
import type { PriceSource, SourcePrice } from './price.ts'
import type { Refusal } from './validate.ts'

/** What every price source is, recorded or live. */
export type OracleSource = {
  name: PriceSource
  /** After this much silence the connection is given up, though its socket may look open. */
  silentAfterMs: number
  /**
   * One connection: reports until it ends. Resolves when `signal` aborts or the other side ended it as it may, rejects
   * with a `sourceFailure` for anything else; connecting again is not its affair.
   */
  connect(report: SourceReport, signal: AbortSignal): Promise<void>
}

export type SourceReport = {
  onPrice(price: SourcePrice): void
  /** Something arrived, be it only a keep-alive. */
  onAlive(): void
  /** Something arrived that holds no price to judge. `feedId` where it is known. */
  onRefused(refusal: Refusal, reason: string, feedId?: string): void
  /** False while a better source delivers: a source that costs something per price may rest then. */
  isNeeded(): boolean
}

/**
 * Why a connection failed. `denied`: our key or address is not let in, trying again changes nothing. `limited`: we asked
 * too often. `silent`: the connection stood, but nothing came.
 */
export type FailureKind = 'denied' | 'limited' | 'unreachable' | 'silent'

/** @param retryAfterMs how long the other side wants to be left alone. */
export function sourceFailure(
  kind: FailureKind,
  message: string,
  { retryAfterMs, cause }: { retryAfterMs?: number | undefined; cause?: unknown } = {},
): AppError {
  const details = { failure: kind, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  return new AppError('UPSTREAM', { message, details, cause })
}

/** What a thrown value says of its connection; what is not ours is an unreachable other side. */
export function failureOf(thrown: unknown): { kind: FailureKind; retryAfterMs: number | undefined; reason: string } {
  const details = thrown instanceof AppError ? thrown.details : {}
  const kind = FAILURE_KINDS.find((candidate) => candidate === details.failure) ?? 'unreachable'
  const retryAfterMs = typeof details.retryAfterMs === 'number' ? details.retryAfterMs : undefined
  return { kind, retryAfterMs, reason: errorMessage(thrown) }
}
const FAILURE_KINDS: readonly FailureKind[] = ['denied', 'limited', 'unreachable', 'silent']

export type PriceBar = { t: number; open: Price; high: Price; low: Price; close: Price }

/** Prices before now, as the source published them or would have. Ranges are [from, to) in ms. */
export type PriceHistory = {
  /** Whose history it is; candles made of it carry this name. */
  source: PriceSource
  markets: readonly string[]
  /** How far back a first start reads it. */
  firstSpanMs: number
  /** Pauses of at most this length are no hole: the source publishes with pauses of its own. */
  holeMs: number
  /** Every published price, where the source can tell; otherwise nothing. */
  ticks(market: string, fromMs: number, toMs: number): Iterable<{ publishedAt: number; price: Price }>
  /** Whole one-minute candles. What the source does not know is left out. @throws AppError UPSTREAM */
  minutes(market: string, fromMs: number, toMs: number): Promise<PriceBar[]>
  /** Five-minute candles of an older time, moved so that the last one closes at `beforeMs`. */
  older(market: string, beforeMs: number): Iterable<PriceBar>
}
