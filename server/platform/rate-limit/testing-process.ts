/**
 * One server process as the limits see it: `clients` callers ask until they are refused. Its last line is how many calls were let
 * through. Arguments: the store's URL, key, capacity, tokens per second, clients.
 */
import { systemClock } from '../clock.ts'
import { createDb } from '../db/index.ts'
import { silentLog as log } from '../log.ts'
import { createLimiter } from './limiter.ts'
import { postgresBuckets } from './postgres-buckets.ts'
import { redisBuckets } from './redis-buckets.ts'

const [url = '', key = '', capacity, perSecond, clients] = process.argv.slice(2)
const db = url.startsWith('postgres') ? createDb({ url, log }) : undefined
const store = db === undefined ? redisBuckets(url, log) : postgresBuckets(db)
const limiter = createLimiter({ store, clock: systemClock, log })
const policy = { capacity: Number(capacity), perSecond: Number(perSecond) }

const client = async (): Promise<number> => {
  let accepted = 0
  while ((await limiter.spend(key, policy, 1)).taken) accepted += 1
  return accepted
}
const startedAt = Date.now()
const counts = await Promise.all(Array.from({ length: Number(clients) }, client))
const tookMs = Date.now() - startedAt
await limiter.close()
store.close()
await db?.destroy()
process.stdout.write(JSON.stringify({ accepted: counts.reduce((sum, count) => sum + count, 0), tookMs }))
