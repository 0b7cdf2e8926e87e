import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate as breath, setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startTestApi } from '#server/api/testing.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { type Bus, memoryBus } from '#server/platform/bus.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { notifyBus } from '#server/platform/notify-bus.ts'
import { redisBus } from '#server/platform/redis-bus.ts'
import { redisBinary, startTestRedis } from '#server/platform/testing-redis.ts'
import { startDatabase } from './parts/database.ts'
import type { StreamOrder } from './parts/stream-clients.ts'

export const name = 'Realtime hub (server in one process, its readers in another)'

const TOPIC = 'book.SOL-PERP'
const CLIENTS = 2_000
const MESSAGES = 20
const PUBLISH_EVERY_MS = 250
const BUSY_CLIENTS = 500
const BUSY_MS = 3_000
const RECONNECTS = 1_000
const AT_ONCE = 100
const TRANSPORTS = ['sse', 'trpc', 'websocket'] as const

type Server = { url: string; bus: Bus }

export async function run() {
  const database = await startDatabase()
  const { db } = database
  const redis = redisBinary === undefined ? undefined : await startTestRedis()
  const clients = fork(new URL('./parts/stream-clients.ts', import.meta.url))
  const serve = async <T>(bus: Bus, measure: (server: Server) => Promise<T>): Promise<T> => {
    const api = await startTestApi(db, { url: database.url, bus })
    try {
      return await measure({ url: api.url, bus })
    } finally {
      await api.stop()
      await bus.close()
    }
  }
  try {
    const history = tradingHistory({ traders: 5, rounds: 20 })
    await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
    const rows = []
    for (const transport of TRANSPORTS) {
      rows.push(await serve(memoryBus(), (server) => latency(clients, server, transport, 'in process')))
    }
    const notify = await notifyBus({ url: database.url, log })
    rows.push(await serve(notify, (server) => latency(clients, server, 'sse', 'PostgreSQL NOTIFY')))
    if (redis !== undefined) {
      const bus = await redisBus({ url: redis.url, log })
      rows.push(await serve(bus, (server) => latency(clients, server, 'sse', 'Redis')))
    }
    for (const transport of TRANSPORTS) {
      rows.push(await serve(memoryBus(), (server) => throughput(clients, server, transport)))
    }
    for (const transport of TRANSPORTS) {
      rows.push(await serve(memoryBus(), (server) => memory(clients, server, transport)))
    }
    return rows
  } finally {
    clients.kill()
    await redis?.stop()
    await database.stop()
  }
}

type TransportName = (typeof TRANSPORTS)[number]

async function latency(clients: ChildProcess, { url, bus }: Server, transport: TransportName, busName: string) {
  await tell(clients, { do: 'open', transport, url, topic: TOPIC, clients: CLIENTS })
  const answer = tell<number[]>(clients, { do: 'measure', messages: CLIENTS * MESSAGES })
  const cpu = process.cpuUsage()
  for (let message = 0; message < MESSAGES; message++) {
    await publishNow(bus)
    await delay(PUBLISH_EVERY_MS)
  }
  const latencies = Float64Array.from(await answer).sort()
  const { user, system } = process.cpuUsage(cpu)
  await tell(clients, { do: 'close' })
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return {
    what: `publish → received, ${CLIENTS} × ${transport} × ${1_000 / PUBLISH_EVERY_MS}/s, bus ${busName}`,
    value: `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms; ${((user + system) / latencies.length).toFixed(0)} µs of CPU each`,
    target: 'p99 < 250 ms',
    met: at(0.99) < 250,
  }
}

/** As fast as the process can: a state topic, so that readers who fall behind skip to the newest. */
async function throughput(clients: ChildProcess, { url, bus }: Server, transport: TransportName) {
  await tell(clients, { do: 'open', transport, url, topic: TOPIC, clients: BUSY_CLIENTS })
  await tell(clients, { do: 'count' })
  const until = performance.now() + BUSY_MS
  let published = 0
  while (performance.now() < until) {
    await publishNow(bus)
    published += 1
    await breath()
  }
  const received = await tell<number>(clients, { do: 'count' })
  await tell(clients, { do: 'close' })
  const perSecond = (count: number) => Math.round((count * 1_000) / BUSY_MS)
  return {
    what: `events handed to ${BUSY_CLIENTS} × ${transport}, publishing without pause`,
    value: `${perSecond(received)} events/s of ${perSecond(published)} published/s`,
  }
}

/** What stays on the heap after many readers came and went, beyond what stayed after as many before. */
async function memory(clients: ChildProcess, { url }: Server, transport: TransportName) {
  const reconnect = async () => {
    for (let count = 0; count < RECONNECTS; count += AT_ONCE) {
      await tell(clients, { do: 'open', transport, url, topic: TOPIC, clients: AT_ONCE })
      await tell(clients, { do: 'close' })
    }
    await delay(500)
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = await reconnect()
  const grown = ((await reconnect()) - before) / 1_000
  return {
    what: `heap after ${RECONNECTS} more reconnects over ${transport}`,
    value: `${grown >= 0 ? '+' : ''}${grown.toFixed(0)} kB`,
    target: '< 1000 kB',
    met: grown < 1_000,
  }
}

const publishNow = (bus: Bus) =>
  bus.publish(TOPIC, { bids: [], asks: [], at: performance.timeOrigin + performance.now() })

async function tell<T>(clients: ChildProcess, order: StreamOrder): Promise<T> {
  const answer = once(clients, 'message')
  clients.send(order)
  const [said] = await answer
  return said as T
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
