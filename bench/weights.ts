import { startTestApi } from '#server/api/testing.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { fillHistory } from '#server/ingest/fill-history.ts'
import { ORACLE_FEEDS } from '#server/oracle/index.ts'
import { replaySource } from '#server/oracle/replay/source.ts'
import { systemClock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { startDatabase } from './parts/database.ts'

export const name = 'What each read costs (one after the other, an account of 5 000 fills, 500 rows in every list)'

const TIMES = 15
const WARM = 3
const LIST = 500

type Operation = {
  parameters: { in: string; name: string; required?: boolean }[]
  'x-cost': { class: string; weight: number }
}

/** What some reads must be told; a day, or a year. */
const QUERY: Readonly<Record<string, string | number>> = {
  interval: '1h',
  from: Date.now() - 86_400_000,
  to: Date.now(),
  year: new Date().getUTCFullYear(),
  timeZone: 'UTC',
  stepMs: 60_000,
}

/** Every read that has a path, asked for by the same account. Sums come from the busiest quarter of an exchange's accounts. */
export async function run() {
  const database = await startDatabase()
  const { db } = database
  try {
    await fillHistory(db, replaySource(ORACLE_FEEDS, systemClock).history, Date.now())
    const history = tradingHistory({ traders: 4, rounds: 3_500 })
    await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
    const authority = history.traders[0]?.authority.toBase58() ?? ''
    const { userId, webhookId } = await fillUser(db, authority)
    const principal = signedInAs({ authority, userId, steppedUpAt: Date.now() })
    const api = await startTestApi(db, { url: database.url, authenticate: async () => principal })
    try {
      const given = { market: 'SOL-PERP', authority, wallet: authority, code: 'BENCH', id: webhookId }
      const costs: { what: string; ms: number; class: string; weight: number }[] = []
      for (const [path, { get }] of await readsOf(api.url)) {
        const query = get.parameters.flatMap(({ in: place, name: field, required }) =>
          place === 'query' && required === true ? [`${field}=${QUERY[field]}`] : [],
        )
        const at = path.replaceAll(/\{(\w+)\}/g, (_, field) => given[field as keyof typeof given])
        const url = `${api.url}/api${at}?${query.join('&')}`
        const { class: kind, weight } = get['x-cost']
        const ms = await medianMs(url)
        if (ms !== null) costs.push({ what: `GET ${path}`, ms, class: kind, weight })
      }
      return costs.sort((a, b) => a.ms - b.ms).map(({ ms, ...row }) => ({ ...row, ms: ms.toFixed(2) }))
    } finally {
      await api.stop()
    }
  } finally {
    await database.stop()
  }
}

async function readsOf(url: string): Promise<[path: string, methods: { get: Operation }][]> {
  const { paths } = await (await fetch(`${url}/api/docs/openapi.json`)).json()
  return Object.entries<{ get?: Operation }>(paths).flatMap(([path, { get }]) =>
    get === undefined ? [] : [[path, { get }]],
  )
}

/** Null for what this account cannot be answered: it has no session, and its vaults were not counted. */
async function medianMs(url: string): Promise<number | null> {
  const took: number[] = []
  for (let time = 0; time < WARM + TIMES; time += 1) {
    const startedAt = performance.now()
    const response = await fetch(url)
    await response.arrayBuffer()
    if (!response.ok) return null
    if (time >= WARM) took.push(performance.now() - startedAt)
  }
  return took.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0
}

/** What belongs to the account off the chain. */
async function fillUser(db: Db, wallet: string): Promise<{ userId: string; webhookId: string }> {
  const { id: userId } = await db
    .insertInto('users')
    .values({ wallet, referral_code: 'BENCH' })
    .onConflict((conflict) => conflict.column('wallet').doUpdateSet({ referral_code: 'BENCH' }))
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: webhookId } = await db
    .insertInto('webhooks')
    .values({ user_id: userId, url: 'https://example.com/', kinds: ['order.filled'] })
    .returning('id')
    .executeTakeFirstOrThrow()
  const rows = Array.from({ length: LIST }, (_, at) => at)
  await db
    .insertInto('notifications')
    .values(
      rows.map((at) => ({
        user_id: userId,
        kind: 'alert.price',
        title: `SOL-PERP is above ${at}`,
        body: 'The oracle',
      })),
    )
    .execute()
  await db
    .insertInto('webhook_deliveries')
    .values(
      rows.map(() => ({
        webhook_id: webhookId,
        user_id: userId,
        kind: 'order.filled',
        payload: JSON.stringify({ type: 'order.filled', data: { price: '150.25' } }),
      })),
    )
    .execute()
  return { userId, webhookId }
}
