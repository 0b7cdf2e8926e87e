import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Transform, type TransformCallback } from 'node:stream'

/** What a bad network does to the bytes of every connection, from the moment it is set. */
export type Toxics = {
  /** Each chunk waits this long, in both directions, and keeps its order. */
  latencyMs: number
  /** Chunks are cut into pieces of at most this many bytes; 0 leaves them whole. */
  sliceBytes: number
  /**
   * Bytes vanish and nobody is told: a cable that was pulled. A connection that lost some stays lost in that direction,
   * as no TCP delivers what comes behind a hole.
   */
  blackhole: boolean
}

const HARMLESS: Toxics = { latencyMs: 0, sliceBytes: 0, blackhole: false }

export type ToxicProxy = {
  port: number
  /** Replaces what was set before; without arguments the network is well again. */
  set(toxics?: Partial<Toxics>): void
  /** Ends every open connection at once with a reset. @returns how many. */
  reset(): number
  /** While away, new connections are refused and the open ones reset. */
  away(isAway: boolean): Promise<void>
  close(): Promise<void>
}

/** Stands between a client and a server on this machine. The target may come and go: it is dialled per connection. */
export async function openProxy(targetPort: number): Promise<ToxicProxy> {
  let toxics = HARMLESS
  const pairs = new Set<readonly [Socket, Socket]>()

  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, pair.toReversed() as [Socket, Socket]]) {
      from.setNoDelay(true)
      from.on('error', () => undefined)
      from.once('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
      from.pipe(new Toxic(() => toxics)).pipe(to)
    }
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }
  const port = await listen(0)

  const reset = (): number => {
    const count = pairs.size
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
    return count
  }
  const stopListening = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    reset()
    await closed
  }
  return {
    port,
    set: (changes = {}) => {
      toxics = { ...HARMLESS, ...changes }
    },
    reset,
    away: async (isAway) => {
      if (isAway) await stopListening()
      else if (!server.listening) await listen(port)
    },
    close: stopListening,
  }
}

class Toxic extends Transform {
  readonly #toxics: () => Toxics
  #hasLost = false

  constructor(toxics: () => Toxics) {
    super()
    this.#toxics = toxics
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const { latencyMs, sliceBytes, blackhole } = this.#toxics()
    this.#hasLost ||= blackhole
    if (this.#hasLost) {
      done()
      return
    }
    const pass = () => {
      const step = sliceBytes > 0 ? sliceBytes : chunk.length
      for (let at = 0; at < chunk.length; at += step) this.push(chunk.subarray(at, at + step))
      done()
    }
    if (latencyMs > 0) setTimeout(pass, latencyMs)
    else pass()
  }
}
