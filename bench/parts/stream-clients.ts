import { get } from 'node:http'
import { WebSocket } from 'ws'
import { z } from 'zod'

/**
 * Readers of the realtime hub, in a process of their own so that the server is not measured together with them. Told
 * over IPC what to open; answers when each has its snapshot, and with what was received.
 */
const transport = z.enum(['sse', 'trpc', 'websocket'])
const order = z.discriminatedUnion('do', [
  z.object({ do: z.literal('open'), transport, url: z.string(), topic: z.string(), clients: z.number() }),
  /** Answers with the delay of each of so many messages from `data.at`, the publisher's clock and this machine's. */
  z.object({ do: z.literal('measure'), messages: z.number() }),
  z.object({ do: z.literal('count') }),
  z.object({ do: z.literal('close') }),
])
export type StreamOrder = z.input<typeof order>

type Event = { kind?: string; data?: { at?: number } }
type Connect = (url: string, topic: string, receive: (event: Event) => void) => () => void

const CONNECT: Record<z.infer<typeof transport>, Connect> = {
  sse: (url, topic, receive) => readEvents(`${url}/api/stream?topics=${topic}`, receive),
  trpc: (url, topic, receive) => {
    const input = encodeURIComponent(JSON.stringify({ topics: [topic] }))
    return readEvents(`${url}/api/trpc/stream.subscribe?input=${input}`, receive)
  },
  websocket: (url, topic, receive) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
    socket.on('open', () => socket.send(JSON.stringify({ type: 'SUBSCRIBE', topics: [topic] })))
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) receive(JSON.parse(data.toString()))
    })
    return () => socket.terminate()
  },
}

function readEvents(url: string, receive: (event: Event) => void): () => void {
  const request = get(url, { agent: false, headers: { accept: 'text/event-stream' } }, (response) => {
    response.setEncoding('utf8')
    let buffered = ''
    response.on('data', (chunk: string) => {
      buffered += chunk
      const blocks = buffered.split('\n\n')
      buffered = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data !== undefined) receive(JSON.parse(data))
      }
    })
    response.on('error', () => {})
  })
  request.on('error', () => {})
  return () => request.destroy()
}

let open: (() => void)[] = []
let latencies: number[] = []
let expected = Number.POSITIVE_INFINITY

function obey(message: z.infer<typeof order>): void {
  if (message.do === 'open') {
    let begun = 0
    open = Array.from({ length: message.clients }, () => {
      let speaks = false
      return CONNECT[message.transport](message.url, message.topic, ({ kind, data }) => {
        if (kind === undefined) return
        if (data?.at !== undefined) take(data.at)
        if (speaks) return
        speaks = true
        begun += 1
        if (begun === message.clients) process.send?.('open')
      })
    })
  } else if (message.do === 'measure') {
    latencies = []
    expected = message.messages
  } else if (message.do === 'count') {
    process.send?.(latencies.length)
    latencies = []
  } else {
    for (const leave of open) leave()
    open = []
    process.send?.('closed')
  }
}

function take(at: number): void {
  latencies.push(performance.timeOrigin + performance.now() - at)
  if (latencies.length !== expected) return
  process.send?.(latencies)
  expected = Number.POSITIVE_INFINITY
}

process.on('message', (message) => obey(order.parse(message)))
process.on('disconnect', () => process.exit())
