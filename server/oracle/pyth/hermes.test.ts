import type { ServerResponse } from 'node:http'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { FEEDS } from '#client/feeds.ts'
import { failureOf } from '../source.ts'
import { listen, loopback } from '../testing.ts'
import { createHermes, readHermesAnswer } from './hermes.ts'
import { hermesPoll, hermesStream } from './hermes-sources.ts'
import { EXPECTED, fixtureText } from './testing.ts'

const BTC = FEEDS['BTC/USD'].id
const KEY = 'a-key-of-pyth'
const REST = fixtureText('30-hermes-latest-rest.json')
// The recording ends with its last line; the stream goes on with the empty one that completes the event.
const STREAM = `${fixtureText('31-hermes-stream.sse').trimEnd()}\n\n`

type Service = Awaited<ReturnType<typeof loopback>>
let service: Service
afterEach(() => service.close())

const serve = async (
  answer: (response: ServerResponse) => void,
  { key }: { key: string | undefined } = { key: KEY },
) => {
  service = await loopback((_request, response) => answer(response))
  return createHermes({ url: `${service.url}/hermes/`, key })
}
const openStream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })
const refusalOf = (connection: Promise<unknown>) => connection.then(() => undefined, failureOf)

describe('the stream of Hermes', () => {
  it('gives the recorded prices, exact, asked with the key and for signed messages only', async () => {
    const hermes = await serve((response) => openStream(response).write(STREAM))
    const heard = listen(hermesStream(hermes, [BTC]))
    await heard.until(() => heard.prices.length === 2)
    await heard.stop()
    expect(heard.prices).toEqual([
      {
        feedId: BTC,
        price: 6_163_260_000_000n,
        confidence: 3_268_548_079n,
        exponent: -8,
        emaPrice: 6_130_098_800_000n,
        publishedAt: 1_714_748_300_000,
      },
      {
        feedId: BTC,
        price: 6_163_088_000_000n,
        confidence: 3_308_129_843n,
        exponent: -8,
        emaPrice: 6_130_103_000_000n,
        publishedAt: 1_714_748_301_000,
      },
    ])
    expect(service.asked).toEqual([
      {
        path: `/hermes/v2/updates/price/stream?ids%5B%5D=${BTC}&parsed=false&encoding=base64`,
        authorization: `Bearer ${KEY}`,
      },
    ])
  })

  it('is read the same whichever way its bytes are cut', async () => {
    const hermes = await serve((response) => {
      openStream(response)
      const crlf = STREAM.replaceAll('\n', '\r\n')
      for (let at = 0; at < crlf.length; at += 997) response.write(crlf.slice(at, at + 997))
    })
    const heard = listen(hermesStream(hermes, [BTC]))
    await heard.until(() => heard.prices.length === 2)
    await heard.stop()
    expect(heard.refused).toEqual([])
  })

  it('is alive through keep-alives, and counts what holds no price', async () => {
    const hermes = await serve((response) => {
      openStream(response).write(':keep-alive\n\n')
      response.write('event:error\ndata:price ids not found\n\n')
      response.write('data:{"binary":{"encoding":"hex","data":["zz"]}}\n\ndata:not json\n\n')
      response.write('data:{"binary":{"encoding":"base64","data":["UE5BVQE="]}}\n\n')
      response.write(STREAM)
    })
    const heard = listen(hermesStream(hermes, [BTC]))
    await heard.until(() => heard.prices.length === 2)
    await heard.stop()
    expect(heard.alive).toBeGreaterThan(0)
    expect(heard.refused.map(([reason]) => reason)).toEqual(['malformed', 'malformed', 'malformed', 'malformed'])
    expect(heard.refused[0]?.[1]).toContain('price ids not found')
  })

  it('ends without failure when the server ends it, as it does after 24 hours', async () => {
    const hermes = await serve((response) => openStream(response).end(STREAM))
    const heard = listen(hermesStream(hermes, [BTC]))
    await expect(heard.ended).resolves.toBeUndefined()
    expect(heard.prices.length).toBe(2)
  })

  it('fails when it breaks off', async () => {
    const hermes = await serve((response) => {
      openStream(response).write(STREAM, () => response.destroy())
    })
    expect(await refusalOf(listen(hermesStream(hermes, [BTC])).ended)).toMatchObject({ kind: 'unreachable' })
  })

  it('fails on an event without end', async () => {
    const hermes = await serve((response) => openStream(response).write(`data:${'x'.repeat(1_100_000)}`))
    expect(await refusalOf(listen(hermesStream(hermes, [BTC])).ended)).toMatchObject({ kind: 'unreachable' })
  })
})

describe('what Hermes refuses', () => {
  it.each([401, 403])('HTTP %s is final until a person acts, and says how', async (status) => {
    const hermes = await serve((response) => response.writeHead(status).end())
    const failure = await refusalOf(listen(hermesStream(hermes, [BTC])).ended)
    expect(failure).toMatchObject({ kind: 'denied' })
    expect(failure?.reason).toMatch(new RegExp(`HTTP ${status}: set HERMES_API_KEY to a valid key`))
    expect(failure?.reason).not.toContain(KEY)
  })

  it('HTTP 429 says for how long to leave it alone', async () => {
    const hermes = await serve((response) => response.writeHead(429, { 'retry-after': '90' }).end())
    expect(await refusalOf(hermes.latest([BTC], AbortSignal.timeout(5_000)))).toMatchObject({
      kind: 'limited',
      retryAfterMs: 90_000,
    })
  })

  it.each([404, 500, 503])('HTTP %s is trouble that may pass', async (status) => {
    const hermes = await serve((response) => response.writeHead(status).end())
    expect(await refusalOf(hermes.latest([BTC], AbortSignal.timeout(5_000)))).toMatchObject({ kind: 'unreachable' })
  })

  it('a redirect would take the key elsewhere and is not followed', async () => {
    const hermes = await serve((response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    expect(await refusalOf(hermes.latest([BTC], AbortSignal.timeout(5_000)))).toMatchObject({ kind: 'unreachable' })
    expect(service.asked.length).toBe(1)
  })
})

describe('Hermes by request', () => {
  it('gives the recorded prices, equal to the parsed part of the same answer', async () => {
    const hermes = await serve((response) => response.end(REST), { key: undefined })
    const heard = listen(hermesPoll(hermes, [BTC]))
    await heard.until(() => heard.prices.length === 2)
    await heard.stop()
    const { parsed } = EXPECTED['30-hermes-latest-rest.json'] as unknown as { parsed: HermesParsed[] }
    expect(heard.prices).toEqual(
      parsed.map(({ id, price, ema_price }) => ({
        feedId: id,
        price: BigInt(price.price),
        confidence: BigInt(price.conf),
        exponent: price.expo,
        emaPrice: BigInt(ema_price.price),
        publishedAt: price.publish_time * 1_000,
      })),
    )
    expect(service.asked[0]).toMatchObject({ authorization: undefined })
    expect(service.asked[0]?.path).toContain('/hermes/v2/updates/price/latest?')
  })

  it('rests while the stream delivers', async () => {
    const hermes = await serve((response) => response.end(REST))
    const heard = listen(hermesPoll(hermes, [BTC]), { isNeeded: () => false })
    await heard.until(() => heard.alive > 0)
    await heard.stop()
    expect(service.asked).toEqual([])
  })

  it('asks for a second of the past', async () => {
    const hermes = await serve((response) => response.end(REST))
    const [message] = await hermes.at(1_714_746_101, [BTC], AbortSignal.timeout(5_000))
    expect(message).toMatchObject({ ok: true })
    expect(service.asked[0]?.path).toContain('/v2/updates/price/1714746101?')
  })

  it.each([['[]'], ['{}'], ['{"binary":{"encoding":"utf8","data":[]}}'], ['<html>']])(
    'takes %s for no answer',
    async (text) => {
      const hermes = await serve((response) => response.end(text))
      const verdicts = await hermes.latest([BTC], AbortSignal.timeout(5_000))
      expect(verdicts).toMatchObject([{ ok: false, refusal: 'malformed' }])
    },
  )

  it('reads base64 as hex', () => {
    const hex = JSON.parse(REST).binary.data[0]
    const data = [Buffer.from(hex, 'hex').toString('base64')]
    expect(readHermesAnswer({ binary: { encoding: 'base64', data } })).toEqual(readHermesAnswer(JSON.parse(REST)))
  })
})

describe('any answer', () => {
  it('is read without a throw, and gives prices only out of messages that prove them', () => {
    const bits = fc.oneof(fc.string(), fc.base64String(), fc.constant(JSON.parse(REST).binary.data[0] as string))
    const shaped = fc.record({
      binary: fc.record({ encoding: fc.constantFrom('hex', 'base64', 'utf8'), data: fc.array(bits, { maxLength: 3 }) }),
      parsed: fc.jsonValue(),
    })
    const signed = JSON.stringify(readHermesAnswer(JSON.parse(REST)), (_, value) => `${value}`)
    fc.assert(
      fc.property(fc.oneof(shaped, fc.jsonValue()), (json) => {
        for (const verdict of readHermesAnswer(json)) {
          if (verdict.ok) expect(JSON.stringify([verdict], (_, value) => `${value}`)).toBe(signed)
        }
      }),
      { seed: 11, numRuns: 1_000 },
    )
  })
})

type HermesParsed = {
  id: string
  price: { price: string; conf: string; expo: number; publish_time: number }
  ema_price: { price: string }
}
