import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pollUntil } from '#server/platform/poll.ts'
import type { SourcePrice } from './price.ts'
import type { OracleSource, SourceReport } from './source.ts'
import type { Refusal } from './validate.ts'

/** Somebody else's service on this machine: answers as the handler says, remembers who asked what. */
export async function loopback(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: { path: string; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization })
    handler(request, response)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the loopback server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type Listened = {
  prices: SourcePrice[]
  refused: [reason: Refusal, detail: string][]
  alive: number
  /** Resolves when `enough` holds; rejects after ten seconds. */
  until(enough: () => boolean): Promise<void>
  /** Ends the connection. @returns how it ended. */
  stop(): Promise<void>
  ended: Promise<void>
}

/** One connection of a source, with everything it reports. */
export function listen(source: OracleSource, { isNeeded = () => true }: { isNeeded?: () => boolean } = {}): Listened {
  const stopping = new AbortController()
  const report: SourceReport = {
    onPrice: (price) => listened.prices.push(price),
    onAlive: () => {
      listened.alive += 1
    },
    onRefused: (reason, detail) => listened.refused.push([reason, detail]),
    isNeeded,
  }
  const listened: Listened = {
    prices: [],
    refused: [],
    alive: 0,
    until: async (enough) => {
      if ((await pollUntil(enough, { timeoutMs: 10_000, everyMs: 5 })) === undefined) {
        throw new Error(`after 10 s: ${listened.prices.length} prices, refused ${JSON.stringify(listened.refused)}`)
      }
    },
    stop: async () => {
      stopping.abort()
      await ended.catch(() => undefined)
    },
    ended: Promise.resolve(),
  }
  const ended = source.connect(report, stopping.signal)
  ended.catch(() => undefined)
  listened.ended = ended
  return listened
}
