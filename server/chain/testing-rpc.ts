import { createServer } from 'node:http'

type Answer = { status?: number; headers?: Record<string, string>; body: string }
/** `slot`: the first parameter, for methods that have one. */
type Handler = (slot: number) => unknown

/** A third party's RPC: what it answers is a test's to say. */
export type StubRpc = {
  url: string
  /** Methods it was asked, in order. */
  asked: string[]
  /** By method; without one the call is refused as unknown. */
  methods: Record<string, Handler>
  /** While set, every call is answered with it; `hang` never answers, `reset` drops the connection. */
  trouble: Answer | 'hang' | 'reset' | null
  close(): Promise<void>
}

const GENESIS = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'

/** One node of a chain whose block at each slot is named after `fork` and the slot. */
export async function stubRpc({ slot = 1_000, fork = 'a', genesis = GENESIS } = {}): Promise<StubRpc> {
  const asked: string[] = []
  const stub: Omit<StubRpc, 'url' | 'close'> = {
    asked,
    trouble: null,
    methods: {
      getEpochInfo: () => ({ absoluteSlot: slot, blockHeight: slot }),
      getGenesisHash: () => genesis,
      getBlock: (at) => ({ blockhash: `${fork}${at}` }),
      getSlot: () => slot,
    },
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { id, method, params = [] } = JSON.parse(Buffer.concat(chunks).toString())
      asked.push(method)
      const { trouble } = stub
      if (trouble === 'hang') return
      if (trouble === 'reset') return request.socket.destroy()
      if (trouble !== null) {
        response.writeHead(trouble.status ?? 200, trouble.headers).end(trouble.body)
        return
      }
      const handler = stub.methods[method]
      const result = handler?.(params[0])
      const answer =
        handler === undefined
          ? { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }
          : { jsonrpc: '2.0', id, ...(isError(result) ? result : { result }) }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the stub has no port')
  return Object.assign(stub, {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** A handler that answers `{ error }` refuses. */
const isError = (result: unknown): result is { error: unknown } =>
  typeof result === 'object' && result !== null && 'error' in result
