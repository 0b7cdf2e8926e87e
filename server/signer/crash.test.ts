import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '@solana/web3.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Trader } from '#server/chain/testing.ts'
import { childEnvironment } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { notifyBus } from '#server/platform/notify-bus.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { requestIntent } from './intents.ts'
import { enableKey } from './keys.ts'
import { addUser, limits, type SigningDesk, signAndSend, startSigningDesk, subAccountOf, USDC } from './testing.ts'

const db = await testDatabase()
let desk: SigningDesk
let folder = ''
const killed: ChildProcess[] = []

beforeAll(async () => {
  desk = await startSigningDesk(db)
  folder = await mkdtemp(join(tmpdir(), 'quantdesk-signer-'))
}, 60_000)
afterAll(async () => {
  for (const process of killed) process.kill('SIGKILL')
  await desk.stop()
  await rm(folder, { recursive: true, force: true })
})

type Who = { trader: Trader; caller: Parameters<typeof enableKey>[0] & { http: null } }

async function newTrader(bus = desk.bus): Promise<Who> {
  const trader = await desk.chain.trader(10_000n * USDC)
  const principal = signedInAs({ authority: trader.keypair.publicKey.toBase58(), userId: await addUser(db, trader) })
  const { connection } = desk.chain
  return { trader, caller: { db, bus, clock: { now: Date.now }, connection, principal, http: null } }
}

async function allow({ trader, caller }: Who): Promise<void> {
  const { transaction } = await enableKey(caller, limits())
  await signAndSend(desk.chain.connection, transaction?.transaction ?? '', trader.keypair)
}

const place = (who: Who, clientId: string) =>
  requestIntent(who.caller, 'place', {
    ...{ subAccountId: 0, priorityFee: 0, market: 'SOL-PERP', side: 'buy', type: 'limit', size: '1', price: '100' },
    ...{ reduceOnly: false, postOnly: false, clientId },
  })

const never = new Promise<never>(() => undefined)

/** The chain, but for one call, where the process ends. `also` runs before that. */
function endingAt(method: keyof Connection, also: (...args: never[]) => Promise<unknown> = async () => undefined) {
  const reached = Promise.withResolvers<void>()
  const connection = new Proxy(desk.chain.connection, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      if (key === method) {
        return async (...args: never[]) => {
          await also(...args)
          reached.resolve()
          return never
        }
      }
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { connection, reached: reached.promise }
}

it.each<[string, string, () => ReturnType<typeof endingAt>]>([
  ['before it is judged', 'requested', () => endingAt('getMultipleAccountsInfo')],
  ['after it was counted, before it is signed', 'accepted', () => endingAt('simulateTransaction')],
  ['after it was signed and stored, before it is sent', 'sending', () => endingAt('sendRawTransaction')],
  [
    'after it was sent, before that is known',
    'sending',
    () => endingAt('sendRawTransaction', (bytes: Uint8Array) => desk.chain.connection.sendRawTransaction(bytes)),
  ],
])(
  'an order is placed once although the signer ends %s',
  async (_, state, breaking) => {
    const stopFirst = desk.startSigner()
    const who = await newTrader()
    await allow(who)
    await stopFirst()

    const { connection, reached } = breaking()
    const stopSecond = desk.startSigner({ connection })
    const asked = place(who, '1')
    await reached
    // It never comes back from that call: nobody waits for its end.
    void stopSecond()
    const row = () =>
      db.selectFrom('intents').selectAll().where('user_id', '=', who.caller.principal.userId).executeTakeFirstOrThrow()
    const before = await row()
    expect(before.state).toBe(state)

    const stop = desk.startSigner()
    expect(await asked).toMatchObject({ state: 'confirmed' })
    await stop()
    const after = await row()
    if (before.transaction !== null) expect(after.transaction).toEqual(before.transaction)
    expect((await subAccountOf(desk.chain.connection, who.trader)).orders.map(({ clientId }) => clientId)).toEqual([1n])
  },
  30_000,
)

it('no order is lost or placed twice by a signer that is killed again and again', async () => {
  const bus = await notifyBus({ url: db.url, log: silentLog })
  const start = async (): Promise<ChildProcess> => {
    const role = spawn(process.execPath, ['server/main.ts', '--role', 'signer'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: childEnvironment({
        DATABASE_URL: db.url,
        RPC_URL: desk.chain.rpcUrl,
        RPC_WS_URL: desk.chain.rpcWsUrl,
        DATA_DIR: folder,
        LOG_LEVEL: 'error',
      }),
    })
    killed.push(role)
    await once(role, 'message')
    const leads = async () => {
      const lease = db.selectFrom('app.leases').select('owner_id').where('name', '=', 'signer')
      return (await lease.executeTakeFirst())?.owner_id.startsWith(`${role.pid}-`)
    }
    expect(await pollUntil(leads, { timeoutMs: 20_000 })).toBe(true)
    return role
  }
  let signer = await start()
  const who = await newTrader(bus)
  await allow(who)
  const asked: ReturnType<typeof place>[] = []
  for (let round = 0; round < 4; round += 1) {
    for (let n = 0; n < 3; n += 1) asked.push(place(who, String(1 + round * 3 + n)))
    // Somewhere between taking them up and their end, which takes some hundred milliseconds.
    await delay(20 + 60 * round)
    signer.kill('SIGKILL')
    await once(signer, 'exit')
    signer = await start()
  }
  await Promise.all(asked)
  const rows = () =>
    db.selectFrom('intents').select(['state', 'input']).where('user_id', '=', who.caller.principal.userId).execute()
  const areOver = async () => (await rows()).every(({ state }) => ['confirmed', 'expired'].includes(state))
  expect(await pollUntil(areOver, { timeoutMs: 90_000, everyMs: 500 })).toBe(true)
  const confirmed: string[] = []
  for (const { state, input } of await rows()) if (state === 'confirmed') confirmed.push(Object(input).clientId)
  const placed = (await subAccountOf(desk.chain.connection, who.trader)).orders.map(({ clientId }) => String(clientId))
  expect(placed.toSorted()).toEqual(confirmed.toSorted())
  expect(placed.length).toBeGreaterThan(0)
  await bus.close()
}, 180_000)
