import { afterEach, describe, expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { exchangeMedian } from './exchange/source.ts'
import { exchanges, TICKERS } from './exchange/testing.ts'
import { ORACLE_FEEDS } from './feeds.ts'
import type { OraclePrice } from './price.ts'
import { createHermes } from './pyth/hermes.ts'
import { hermesPoll, hermesStream } from './pyth/hermes-sources.ts'
import { fixtureText } from './pyth/testing.ts'
import { takePrices } from './take-prices.ts'
import { loopback } from './testing.ts'

/** A recorded BTC price of that second, through the real clients: everything between the sockets and `onPrice` is ours. */
const RECORDED = fixtureText('18-vaa-gs4-btc-2025-08-05-1754408230.hex').trim()
const SECOND = 1_754_408_230
const RECORDED_PRICE = 112_816_455_604n
/** Of the second recording. */
const LATER = 1_754_415_202
const [, BTC] = ORACLE_FEEDS

type Answer = { status: number } | { stream: boolean }
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function scene(hermesSays: Answer, bid: string, ask: string) {
  const answerOf = (hex: string) => JSON.stringify({ binary: { encoding: 'hex', data: [hex] } })
  let send: (hex: string) => void = () => undefined
  const service = await loopback((request, response) => {
    if ('status' in hermesSays) return response.writeHead(hermesSays.status).end()
    if (!request.url?.includes('/stream')) return response.end(answerOf(RECORDED))
    // Without a stream the socket opens and stays silent.
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    send = (hex) => response.write(`data:${answerOf(hex)}\n\n`)
    if (hermesSays.stream) send(RECORDED)
  })
  const market = await exchanges((venue) => TICKERS[venue]?.(bid, ask) ?? 404)
  const stopping = new AbortController()
  closing.push(service.close, market.close, () => stopping.abort())

  const clock = manualClock(SECOND * 1_000 + 1_500)
  const hermes = createHermes({ url: service.url, key: 'key' })
  const feeds = [BTC]
  const sources = [
    hermesStream(hermes, [BTC.feedId]),
    hermesPoll(hermes, [BTC.feedId]),
    exchangeMedian({ feeds, venues: market.venues, clock, log: silentLog }),
  ]
  const published: OraclePrice[] = []
  const taken = takePrices(
    {
      sources,
      markets: new Map([[BTC.feedId, BTC.market]]),
      onPrice: (price) => published.push(price),
      clock,
      metrics: createMetrics({ role: 'test' }),
      log: silentLog,
    },
    stopping.signal,
  )
  const until = async (enough: () => boolean) => {
    if (!(await pollUntil(enough, { timeoutMs: 15_000, everyMs: 5 }))) {
      throw new Error(`after 15 s: ${JSON.stringify(taken.health())}`)
    }
  }
  return { service, published, taken, clock, send: (hex: string) => send(hex), until }
}

describe('from the sockets to the published price', () => {
  it('the signed price of the stream is published, exact', async () => {
    const { published, until } = await scene({ stream: true }, '112800', '112830')
    await until(() => published.length > 0)
    expect(published[0]).toMatchObject({
      market: 'BTC-PERP',
      price: RECORDED_PRICE,
      confidence: 61_789_311n,
      publishedAt: SECOND * 1_000,
      source: 'hermes',
      quality: 'valid',
    })
  })

  it('a key that is refused trips both ways of Hermes at once, says what to do, and the exchanges stand in', async () => {
    const { service, published, taken, until } = await scene({ status: 401 }, '112800', '112830')
    await until(() => published.length > 0)
    expect(published[0]).toMatchObject({
      price: 112_815_000_000n,
      source: 'exchange',
      quality: 'valid',
      flags: ['fallback', 'unchecked'],
    })
    const [stream, poll, exchange] = taken.health()
    for (const source of [stream, poll]) {
      expect(source).toMatchObject({
        breaker: 'open',
        active: [],
        error: expect.stringMatching(/401: set HERMES_API_KEY/),
      })
    }
    expect(exchange).toMatchObject({ breaker: 'closed', error: null, active: ['BTC-PERP'] })
    // One question each, and no more for ten minutes.
    expect(service.asked.length).toBe(2)
  })

  it('a stream that opens and says nothing is stood in for by requests, and both agree on every digit', async () => {
    const { published, until } = await scene({ stream: false }, '112800', '112830')
    await until(() => published.some(({ source }) => source === 'hermes-rest'))
    expect(published.find(({ source }) => source === 'hermes-rest')).toMatchObject({
      price: RECORDED_PRICE,
      flags: expect.arrayContaining(['fallback']),
    })
  })

  it('exchanges more than one per cent away make the price uncertain, its interval holding both', async () => {
    const { published, taken, clock, send, until } = await scene({ stream: true }, '115000', '115030')
    const heardExchanges = () => (taken.health()[2]?.lastPublishedAt ?? 0) >= LATER * 1_000
    await until(() => published.length > 0)
    clock.set(LATER * 1_000 + 1_500)
    await until(heardExchanges)
    send(fixtureText('19-vaa-gs4-8feeds-2025-08-05-1754415202.hex').trim())
    const price = () =>
      published.find(({ source, publishedAt }) => source === 'hermes' && publishedAt === LATER * 1_000)
    await until(() => price() !== undefined)
    expect(price()).toMatchObject({
      price: 113_468_831_604n,
      confidence: 115_015_000_000n - 113_468_831_604n,
      quality: 'uncertain',
      flags: ['diverges'],
    })
  })
})
