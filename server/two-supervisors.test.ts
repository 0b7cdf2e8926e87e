import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeMarket } from '#client/accounts.ts'
import { marketAddress } from '#client/pda.ts'
import { startTestChain } from '#server/chain/testing.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { notifyBus } from '#server/platform/notify-bus.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { freePort } from '#server/platform/ports.ts'

// Two machines, each with a supervisor and a worker of all roles, on one database and one chain.

const ROOT = join(import.meta.dirname, '..')
const WAIT = { timeoutMs: 60_000, everyMs: 200 }
const LEASES = ['indexer', 'ingest', 'jobs', 'keeper', 'notify', 'signer']

const db = await testDatabase()
const chain = await startTestChain()
const bus = await notifyBus({ url: db.url, log: silentLog })
const prices: string[] = []
bus.subscribe('price.*', (message) => {
  const { market, publishedAt } = message as { market: string; publishedAt: number }
  prices.push(`${market} ${publishedAt}`)
})

type Machine = { supervisor: ChildProcess; metricsPort: number; workerPid: number }
const machines: Machine[] = []
let dir = ''

/** A supervisor in a process of its own that keeps a worker running. */
async function startMachine(name: string): Promise<Machine> {
  const metricsPort = await freePort()
  const env = {
    DATABASE_URL: db.url,
    RPC_URL: chain.rpcUrl,
    RPC_WS_URL: chain.rpcWsUrl,
    METRICS_PORT: String(metricsPort),
    ORACLE_SOURCE: 'replay',
    LOG_LEVEL: 'info',
  }
  const script = join(dir, `${name}.ts`)
  await writeFile(
    script,
    `import { childEnvironment } from ${JSON.stringify(join(ROOT, 'server/platform/config.ts'))}
import { nodePart } from ${JSON.stringify(join(ROOT, 'server/platform/child-process.ts'))}
import { createSupervisor } from ${JSON.stringify(join(ROOT, 'server/platform/supervise.ts'))}
const args = [${JSON.stringify(join(ROOT, 'server/main.ts'))}, '--role', 'worker']
const worker = nodePart({ name: 'worker', args, env: childEnvironment(${JSON.stringify(env)}), logDir: ${JSON.stringify(join(dir, name))} })
const onState = (part, state) => state.kind === 'ready' && process.send(state.pid)
const supervisor = createSupervisor({ stages: [[worker]], onState })
process.once('SIGTERM', () => supervisor.stop().then(() => process.exit(0)))
await supervisor.start()`,
  )
  const supervisor = spawn(process.execPath, [script], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ready = Promise.withResolvers<number>()
  supervisor.once('message', (pid) => ready.resolve(Number(pid)))
  supervisor.once('exit', (code) => ready.reject(new Error(`the supervisor ended with ${code}`)))
  const machine = { supervisor, metricsPort, workerPid: await ready.promise }
  machines.push(machine)
  return machine
}

beforeAll(async () => {
  await chain.launch()
  dir = await mkdtemp(join(tmpdir(), 'two-supervisors-'))
})
afterAll(async () => {
  const ended = machines.map(
    ({ supervisor }) =>
      new Promise<void>((resolve) => {
        if (supervisor.exitCode !== null || supervisor.signalCode !== null) return resolve()
        supervisor.once('exit', () => resolve())
        supervisor.kill('SIGTERM')
      }),
  )
  await Promise.all(ended)
  await bus.close()
  await chain.stop()
  await rm(dir, { recursive: true, force: true })
})

/** Process that leads, by lease. */
async function leaders(): Promise<Map<string, { pid: number; fence: bigint }>> {
  const rows = await db.selectFrom('app.leases').select(['name', 'owner_id', 'fence']).execute()
  return new Map(rows.map(({ name, owner_id, fence }) => [name, { pid: Number(owner_id.split('-')[0]), fence }]))
}
async function leads({ metricsPort }: Machine, lease: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  return Number(new RegExp(`quantdesk_leader{lease="${lease}"[^}]*} (\\d)`).exec(text)?.[1] ?? Number.NaN)
}
async function publishTime(): Promise<bigint> {
  const account = await chain.connection.getAccountInfo(marketAddress(0))
  return account === null ? 0n : decodeMarket(account.data).price.publishTime
}

it('leads each role once, and goes on when the one that led is killed', { timeout: 150_000 }, async () => {
  const [first, second] = [await startMachine('first'), await startMachine('second')]
  expect(await pollUntil(async () => (await publishTime()) > 0n && prices.length >= 12, WAIT)).toBe(true)
  const before = await leaders()
  expect([...before.keys()].toSorted()).toEqual(LEASES)
  for (const lease of LEASES) expect((await leads(first, lease)) + (await leads(second, lease))).toBe(1)
  // Two that ingest would tell each price twice.
  expect(new Set(prices).size).toBe(prices.length)

  const keeper = before.get('keeper')?.pid
  const [victim, survivor] = first.workerPid === keeper ? [first, second] : [second, first]
  victim.supervisor.kill('SIGKILL')
  process.kill(victim.workerPid, 'SIGKILL')
  const isTaken = async () => [...(await leaders()).values()].every(({ pid }) => pid === survivor.workerPid)
  expect(await pollUntil(isTaken, WAIT)).toBe(true)
  for (const [lease, { pid, fence }] of before) {
    const now = (await leaders()).get(lease)
    expect([lease, now?.fence]).toEqual([lease, pid === survivor.workerPid ? fence : fence + 1n])
  }
  const [told, posted] = [prices.length, await publishTime()]
  expect(await pollUntil(async () => (await publishTime()) > posted && prices.length > told, WAIT)).toBe(true)
  for (const lease of LEASES) expect(await leads(survivor, lease)).toBe(1)
})
