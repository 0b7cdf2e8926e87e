import { get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'

/**
 * Opens many streams and measures how long each message took from `data.at` (the publisher's clock, this machine's) to
 * here. In a thread of its own, so that the server is not measured together with its readers.
 */
const options = z.object({ url: z.string(), clients: z.number(), messages: z.number() }).parse(workerData)
const latencies: number[] = []
let open = 0
let expected = options.clients * options.messages

for (let client = 0; client < options.clients; client++) {
  get(options.url, { agent: false }, (response) => {
    response.setEncoding('utf8')
    let buffered = ''
    response.on('data', (chunk: string) => {
      buffered += chunk
      const blocks = buffered.split('\n\n')
      buffered = blocks.pop() ?? ''
      for (const block of blocks) receive(block)
    })
  })
}

function receive(block: string): void {
  const data = /^data: (.*)$/m.exec(block)?.[1]
  if (data === undefined) return
  const message: { kind: string; data: { at?: number } } = JSON.parse(data)
  if (message.data.at === undefined) {
    open += 1
    if (open === options.clients) parentPort?.postMessage('open')
    return
  }
  latencies.push(performance.timeOrigin + performance.now() - message.data.at)
  expected -= 1
  if (expected === 0) parentPort?.postMessage(latencies)
}
