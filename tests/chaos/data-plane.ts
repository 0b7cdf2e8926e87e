import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeMarket } from '#client/accounts.ts'
import { marketAddress } from '#client/pda.ts'
import { type Chain, connectChain } from '#server/chain/index.ts'
import { nodePart } from '#server/platform/child-process.ts'
import { systemClock } from '#server/platform/clock.ts'
import { childEnvironment } from '#server/platform/config.ts'
import { embeddedUrl, startEmbeddedPostgres, stopEmbeddedPostgres } from '#server/platform/db/embedded.ts'
import { migrate } from '#server/platform/db/migrate.ts'
import { silentLog } from '#server/platform/log.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { freePort, isPortFree } from '#server/platform/ports.ts'
import { createSupervisor, type Part, type PartState } from '#server/platform/supervise.ts'
import { openProxy, type ToxicProxy } from './proxy.ts'

/** What can be killed. Each is a process of its own, as in production. */
export const PARTS = ['postgres', 'localnet', 'indexer', 'keeper', 'ingest'] as const
export type PartName = (typeof PARTS)[number]

export type DataPlane = {
  /** Straight to the local chain, past the proxies. */
  chain: Chain
  rpcUrl: string
  databaseUrl: string
  logDir: string
  /** The roads of the roles to the chain and to the database. */
  roads: { rpc: ToxicProxy; rpcWs: ToxicProxy; database: ToxicProxy }
  /** kill -9. The supervisor starts it again; `whenReady` waits for that. */
  kill(part: PartName): void
  /** Holds a part still, or lets it go on. */
  freeze(part: PartName, isFrozen: boolean): void
  /** @throws Error when a part is not ready within half a minute, with what became of it. */
  whenReady(): Promise<void>
  stop(): Promise<void>
}

const ENTRY = fileURLToPath(new URL('../../server/main.ts', import.meta.url))
const READY_TIMEOUT_MS = 30_000

/**
 * Everything behind the pages, each part a process under the product's own supervisor, on ports and data of its own: a
 * real PostgreSQL, the local chain, indexer, keeper and ingest. The roles reach chain and database through proxies.
 */
export async function startDataPlane(): Promise<DataPlane> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-chaos-'))
  const logDir = join(dataDir, 'logs')
  const [localnetPort, pgPort] = [await freePortPair(), await freePort()]
  const roads = {
    rpc: await openProxy(localnetPort),
    rpcWs: await openProxy(localnetPort + 1),
    database: await openProxy(pgPort),
  }
  const shared = {
    DATA_DIR: dataDir,
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'info',
    CLUSTER: 'localnet',
    ORACLE_SOURCE: 'replay',
  }
  const localnet = nodePart({
    name: 'localnet',
    args: [ENTRY, '--role', 'localnet'],
    env: childEnvironment({ ...shared, LOCALNET_PORT: String(localnetPort), DATABASE_URL: '', RPC_URL: '' }),
    logDir,
  })
  const role = (name: string): Part => ({
    name,
    // The password is made with the database, so the URL is known only when that has started.
    start: async (signal) => {
      const env = childEnvironment({
        ...shared,
        LOCALNET_PORT: String(localnetPort),
        DATABASE_URL: through(roads.database, await embeddedUrl(dataDir)),
        DATABASE_DIRECT_URL: '',
        RPC_URL: `http://127.0.0.1:${roads.rpc.port}`,
        RPC_WS_URL: `ws://127.0.0.1:${roads.rpcWs.port}`,
        METRICS_PORT: '',
      })
      return nodePart({ name, args: [ENTRY, '--role', name], env, logDir }).start(signal)
    },
  })
  const postgres: Part = {
    name: 'postgres',
    start: async () => {
      const { pid, url, exited, stop } = await startEmbeddedPostgres({ dataDir, port: pgPort, log: silentLog })
      await migrate({ url, log: silentLog })
      return { pid, stop, exited: exited.then(() => ({ reason: 'the server ended', hopeless: false })) }
    },
  }

  const states = new Map<string, PartState>()
  const supervisor = createSupervisor({
    stages: [[postgres, localnet], ['indexer', 'keeper', 'ingest'].map(role)],
    onState: (part, state) => states.set(part, state),
    // Here parts are killed all the time: that is no reason to give one up or to keep it waiting.
    timings: { firstRetryMs: 50, longestRetryMs: 200, crashLimit: Number.POSITIVE_INFINITY },
  })
  const rpcUrl = `http://127.0.0.1:${localnetPort}`
  const endpoint = { url: rpcUrl, wsUrl: `ws://127.0.0.1:${localnetPort + 1}` }
  const chain = connectChain({ endpoints: [endpoint], clock: systemClock })

  const stop = async () => {
    chain.close()
    await supervisor.stop()
    for (const road of Object.values(roads)) await road.close()
    await stopEmbeddedPostgres(dataDir, 'immediate')
    await rm(dataDir, { recursive: true, force: true })
  }
  const killed = new Map<string, number>()
  const whenReady = async () => {
    const isReady = (part: string) => {
      const state = states.get(part)
      return state?.kind === 'ready' && state.pid !== killed.get(part)
    }
    if (await pollUntil(() => PARTS.every(isReady), { timeoutMs: READY_TIMEOUT_MS })) return
    const left = PARTS.filter((part) => !isReady(part)).map((part) => `${part} ${JSON.stringify(states.get(part))}`)
    throw new Error(`not ready after ${READY_TIMEOUT_MS / 1000} s: ${left.join(', ')}; logs in ${logDir}`)
  }
  try {
    await supervisor.start()
    await whenTradable(chain)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    chain,
    rpcUrl,
    databaseUrl: await embeddedUrl(dataDir),
    logDir,
    roads,
    kill: (part) => {
      const state = states.get(part)
      if (state?.kind !== 'ready') return
      killed.set(part, state.pid)
      process.kill(state.pid, 'SIGKILL')
    },
    freeze: (part, isFrozen) => {
      const state = states.get(part)
      if (state?.kind === 'ready') process.kill(state.pid, isFrozen ? 'SIGSTOP' : 'SIGCONT')
    },
    whenReady,
    stop,
  }
}

/** The exchange is launched and every market has a price. */
async function whenTradable({ connection }: Chain): Promise<void> {
  const hasPrice = async (marketIndex: number) => {
    const account = await connection.getAccountInfo(marketAddress(marketIndex)).catch(() => null)
    return account !== null && decodeMarket(account.data).price.price > 0n
  }
  const tradable = async () => (await Promise.all([0, 1, 2].map(hasPrice))).every(Boolean)
  if (!(await pollUntil(tradable, { timeoutMs: READY_TIMEOUT_MS }))) throw new Error('no market got a price')
}

function through(road: ToxicProxy, url: string): string {
  const proxied = new URL(url)
  proxied.port = String(road.port)
  return proxied.href
}

/** The local chain takes the next port for its WebSocket. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < 65_535 && (await isPortFree(port + 1))) return port
  }
}
