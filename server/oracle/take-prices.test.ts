import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import type { OraclePrice, PriceSource, SourcePrice } from './price.ts'
import { type OracleSource, type SourceReport, sourceFailure } from './source.ts'
import { takePrices } from './take-prices.ts'

const START = Date.UTC(2026, 10, 21, 12)
const MARKETS = new Map([
  ['sol', 'SOL-PERP'],
  ['btc', 'BTC-PERP'],
])

/** A service at the other end: the test says what arrives, and when and how each connection ends. */
function service(name: PriceSource, silentAfterMs = 5_000) {
  const connections: { report: SourceReport; end: () => void; fail: (error: unknown) => void }[] = []
  const source: OracleSource = {
    name,
    silentAfterMs,
    connect: (report, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      connections.push({ report, end: resolve, fail: reject })
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      return promise
    },
  }
  return {
    source,
    connections,
    report: () => {
      const newest = connections.at(-1)
      if (newest === undefined) throw new Error(`nobody is connected to ${name}`)
      return newest
    },
  }
}

const priceOf = (change: Partial<SourcePrice> = {}): SourcePrice => ({
  feedId: 'sol',
  price: 14_327_000_000n,
  confidence: 7_000_000n,
  emaPrice: 14_300_000_000n,
  exponent: -8,
  publishedAt: Date.now(),
  ...change,
})

describe('taking prices', () => {
  let stopping: AbortController
  beforeEach(() => {
    vi.useFakeTimers({ now: START })
    stopping = new AbortController()
  })
  afterEach(() => {
    stopping.abort()
    vi.useRealTimers()
  })

  const take = (...sources: OracleSource[]) => {
    const published: OraclePrice[] = []
    const metrics = createMetrics({ role: 'test' })
    const clock = { now: () => Date.now() }
    const options = { sources, markets: MARKETS, clock, metrics, log: silentLog }
    const taken = takePrices({ ...options, onPrice: (price) => published.push(price) }, stopping.signal)
    return {
      published,
      taken,
      metrics,
      stateOf: (name: PriceSource) => taken.health().find(({ source }) => source === name),
    }
  }
  const soon = () => vi.advanceTimersByTimeAsync(0)

  it('normalises, judges and publishes', async () => {
    const hermes = service('hermes')
    const { published } = take(hermes.source)
    hermes.report().report.onPrice(priceOf())
    expect(published).toMatchObject([
      { market: 'SOL-PERP', price: 143_270_000n, confidence: 70_000n, source: 'hermes', quality: 'valid' },
    ])
  })

  it('counts what it refuses, by source, market and reason, and never publishes it', async () => {
    const hermes = service('hermes')
    const { published, taken, metrics, stateOf } = take(hermes.source)
    const { report } = hermes.report()
    report.onPrice(priceOf())
    const bad: Partial<SourcePrice>[] = [
      { feedId: 'doge' },
      { price: 0n },
      { price: -1n },
      { emaPrice: -5n },
      { exponent: 1 },
      { exponent: -19 },
      { confidence: -1n },
      { price: 2n ** 62n, exponent: 0, publishedAt: START + 1 },
      { publishedAt: START + 60_001 },
      { publishedAt: START - 300_001 },
      { publishedAt: START },
      { publishedAt: START - 1 },
      { publishedAt: START + 1, price: 143_271_000_000n },
    ]
    for (const change of bad) report.onPrice(priceOf(change))
    report.onRefused('bad-proof', 'forged')
    report.onRefused('not-verified', 'partial', 'btc')
    expect(published.length).toBe(1)
    expect(taken.refused()).toEqual(
      new Map([
        ['unknown', { 'unknown-feed': 1, 'bad-proof': 1 }],
        [
          'SOL-PERP',
          {
            'not-positive': 3,
            'bad-exponent': 2,
            'bad-confidence': 1,
            'out-of-range': 1,
            'from-the-future': 1,
            'too-old': 1,
            repeated: 1,
            'not-newer': 1,
            jump: 1,
          },
        ],
        ['BTC-PERP', { 'not-verified': 1 }],
      ]),
    )
    expect(stateOf('hermes')?.refused).toMatchObject({ 'not-positive': 3, 'bad-proof': 1 })
    expect(await metrics.expose()).toMatch(
      /quantdesk_oracle_refusals_total\{source="hermes",market="SOL-PERP",reason="not-newer",role="test"\} 1/,
    )
  })

  it('connects again at once when the server ends a connection that worked, without calling it a failure', async () => {
    const hermes = service('hermes')
    const { stateOf } = take(hermes.source)
    hermes.report().report.onPrice(priceOf())
    hermes.report().end()
    await vi.advanceTimersByTimeAsync(250)
    expect(hermes.connections.length).toBe(2)
    expect(stateOf('hermes')).toMatchObject({ breaker: 'closed', error: null })
  })

  it('calls a connection that ends without a price a failure', async () => {
    const hermes = service('hermes')
    const { stateOf } = take(hermes.source)
    hermes.report().end()
    await soon()
    expect(stateOf('hermes')?.error).toBe('hermes ended without a price')
    await vi.advanceTimersByTimeAsync(499)
    expect(hermes.connections.length).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(hermes.connections.length).toBe(2)
  })

  it('gives up a socket that is open and silent; keep-alives are life', async () => {
    const hermes = service('hermes')
    const { stateOf } = take(hermes.source)
    for (let second = 0; second < 20; second++) {
      hermes.report().report.onAlive()
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(hermes.connections.length).toBe(1)
    await vi.advanceTimersByTimeAsync(4_500)
    expect(stateOf('hermes')?.error).toBe('nothing came from hermes for 5000 ms')
    expect(hermes.connections.length).toBe(2)
  })

  it('leaves a source that denies us alone and says what to do, while the next one is published', async () => {
    const [hermes, exchange] = [service('hermes'), service('exchange')]
    const { published, stateOf } = take(hermes.source, exchange.source)
    hermes.report().fail(sourceFailure('denied', 'Hermes answered HTTP 401: set HERMES_API_KEY to a valid key'))
    await soon()
    exchange.report().report.onPrice(priceOf())
    expect(published).toMatchObject([{ source: 'exchange', flags: ['fallback', 'unchecked'] }])
    expect(stateOf('hermes')).toMatchObject({
      breaker: 'open',
      retryInMs: 600_000,
      active: [],
      error: expect.stringMatching(/401: set HERMES_API_KEY/),
    })
    expect(stateOf('exchange')).toMatchObject({ breaker: 'closed', active: ['SOL-PERP'] })

    await vi.advanceTimersByTimeAsync(599_999)
    expect(hermes.connections.length).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(hermes.connections.length).toBe(2)
    expect(stateOf('hermes')?.breaker).toBe('half-open')
    for (let second = 0; second <= 11; second++) {
      exchange.report().report.onPrice(priceOf({ publishedAt: Date.now() - 10 }))
      hermes.report().report.onPrice(priceOf())
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(stateOf('hermes')).toMatchObject({ breaker: 'closed', error: null, active: ['SOL-PERP'] })
    expect(published.at(-1)).toMatchObject({ source: 'hermes', flags: [] })
  })

  it('lets a costly source rest while a better one delivers every market', async () => {
    const [hermes, poll] = [service('hermes'), service('hermes-rest', 3_600_000)]
    take(hermes.source, poll.source)
    const isNeeded = () => poll.report().report.isNeeded()
    expect(isNeeded()).toBe(true)
    hermes.report().report.onPrice(priceOf())
    expect(isNeeded()).toBe(true)
    hermes.report().report.onPrice(priceOf({ feedId: 'btc' }))
    expect(isNeeded()).toBe(false)
    await vi.advanceTimersByTimeAsync(8_001)
    expect(isNeeded()).toBe(true)
  })

  it.each([
    ['ahead by 90 s: every price looks old, and is published as that', 90_000, 'stale'],
    ['back by 90 s: every price comes from the future and is refused', -90_000, undefined],
  ] as const)('notices when the clock of this machine jumps %s', async (_, jumpMs, quality) => {
    const hermes = service('hermes')
    const { published, taken, metrics } = take(hermes.source)
    hermes.report().report.onPrice(priceOf())
    await vi.advanceTimersByTimeAsync(1_000)
    const trueTime = Date.now()
    vi.setSystemTime(trueTime + jumpMs)
    hermes.report().report.onPrice(priceOf({ publishedAt: trueTime }))
    expect(await metrics.expose()).toMatch(/quantdesk_oracle_clock_jumps_total\{role="test"\} 1/)
    if (quality === undefined) expect(taken.refused().get('SOL-PERP')).toEqual({ 'from-the-future': 1 })
    else expect(published.at(-1)).toMatchObject({ quality })

    vi.setSystemTime(trueTime + 1_000)
    await vi.advanceTimersByTimeAsync(0)
    hermes.report().report.onPrice(priceOf())
    expect(published.at(-1)).toMatchObject({ quality: 'valid', publishedAt: trueTime + 1_000 })
  })

  it('ends when it is told to', async () => {
    const hermes = service('hermes')
    const { taken } = take(hermes.source)
    stopping.abort()
    await taken.ended
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(hermes.connections.length).toBe(1)
  })
})
