import { z } from 'zod'
import { errorMessage } from '#server/platform/errors.ts'
import { eventReader } from '#server/platform/event-stream.ts'
import { fetchSource, parseJson, readJson } from '../fetch-source.ts'
import { sourceFailure } from '../source.ts'
import { type AccumulatorVerdict, readAccumulator } from './accumulator.ts'

/** Pyth's price service: signed messages of the moment, of a second in the past, and as a stream. */
export type Hermes = {
  latest(feedIds: readonly string[], signal: AbortSignal): Promise<AccumulatorVerdict[]>
  /** The first prices published at or after that Unix second. */
  at(second: number, feedIds: readonly string[], signal: AbortSignal): Promise<AccumulatorVerdict[]>
  /** Messages until the server ends the stream. `onAlive` is called with every chunk, also with keep-alives. */
  stream(
    feedIds: readonly string[],
    onAlive: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<AccumulatorVerdict[], void>
}

const ANSWER_WITHIN_MS = 5_000
const MAX_EVENT_LENGTH = 1_000_000
const WHEN_DENIED =
  'set HERMES_API_KEY to a valid key of Pyth (https://docs.pyth.network), or choose another ORACLE_SOURCE'

const answer = z.object({ binary: z.object({ encoding: z.enum(['hex', 'base64']), data: z.array(z.string()) }) })
const TEXT_FORM = { hex: /^([0-9a-f]{2})*$/i, base64: /^[A-Za-z0-9+/]*={0,2}$/ } as const

/** @param url without a path of its own routes, e.g. https://hermes.pyth.network */
export function createHermes({ url, key }: { url: string; key: string | undefined }): Hermes {
  const base = url.replace(/\/+$/, '')
  const ask = (path: string, feedIds: readonly string[], accept: string, signal: AbortSignal): Promise<Response> => {
    const query = new URLSearchParams(feedIds.map((id) => ['ids[]', id]))
    // The binary part alone is signed; the parsed one would double every message.
    query.set('parsed', 'false')
    query.set('encoding', 'base64')
    return fetchSource({
      name: 'Hermes',
      url: new URL(`${base}/v2/updates/price/${path}?${query}`),
      headers: { accept, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      whenDenied: WHEN_DENIED,
      signal,
    })
  }
  const once = async (path: string, feedIds: readonly string[], signal: AbortSignal) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
    return readHermesAnswer(await readJson('Hermes', await ask(path, feedIds, 'application/json', within)))
  }

  return {
    latest: (feedIds, signal) => once('latest', feedIds, signal),
    at: (second, feedIds, signal) => once(String(second), feedIds, signal),
    async *stream(feedIds, onAlive, signal) {
      const response = await ask('stream', feedIds, 'text/event-stream', signal)
      onAlive()
      if (response.body === null) return
      const reader = eventReader(MAX_EVENT_LENGTH)
      try {
        for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
          onAlive()
          for (const { event, data } of reader.push(chunk)) {
            // Hermes tells of its own troubles in such events, and goes on.
            yield event === 'error'
              ? [malformed(`Hermes reports an error: ${data.slice(0, 200)}`)]
              : readHermesAnswer(parseJson(data))
          }
        }
      } catch (cause) {
        throw sourceFailure('unreachable', `the stream of Hermes broke: ${errorMessage(cause)}`, { cause })
      }
    },
  }
}

/** The messages of an answer or of an event; one refusal for anything else. */
export function readHermesAnswer(json: unknown): AccumulatorVerdict[] {
  const parsed = answer.safeParse(json)
  if (!parsed.success) return [malformed('the answer is not one of Hermes')]
  const { encoding, data } = parsed.data.binary
  return data.map((text) =>
    TEXT_FORM[encoding].test(text)
      ? readAccumulator(Uint8Array.from(Buffer.from(text, encoding)))
      : malformed(`the message is not ${encoding}`),
  )
}

function malformed(reason: string): AccumulatorVerdict {
  return { ok: false, refusal: 'malformed', reason }
}
