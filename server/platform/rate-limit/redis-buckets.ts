import { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { BLOCK_SHARE, type BucketStore, HOLD_MS, SCARCE } from './bucket.ts'

/** What PostgreSQL's app.take_tokens does, by Redis' clock. Text keeps the fractions that a Lua number would lose. */
const TAKE = `
local capacity, rate, need = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local extra, spent = tonumber(ARGV[4]), tonumber(ARGV[5])
local share, scarce, hold = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local b = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'held', 'until')
local tokens, at = tonumber(b[1] or capacity), tonumber(b[2] or now)
local held, held_until = tonumber(b[3] or 0), tonumber(b[4] or 0)
if held_until <= now then held = 0 else held = math.max(0, held - spent) end
tokens = math.min(capacity - held, tokens + math.max(0, now - at) / 1000 * rate)
local spare, granted = tokens - need, 0
if spare > capacity * scarce then granted = need + math.min(extra, math.floor(spare * share))
elseif spare >= 0 then granted = need end
if granted > need then held = held + granted - need; held_until = now + hold end
tokens = tokens - granted
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.17g', now),
  'held', held, 'until', string.format('%.17g', held_until))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / rate * 1000) + hold)
return { granted, string.format('%.17g', tokens) }`

const GIVE_BACK = `
local clock = redis.call('TIME')
local b = redis.call('HMGET', KEYS[1], 'tokens', 'held', 'until')
if not b[1] or tonumber(b[3]) <= clock[1] * 1000 + clock[2] / 1000 then return end
local held, unspent, spent = tonumber(b[2]), tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', b[1] + math.min(held, unspent)),
  'held', math.max(0, held - unspent - spent))`

/** A server that does not answer in this time is taken for gone: calls are not kept waiting for their count. */
const ANSWER_WITHIN_MS = 500

/** Buckets in Redis or Valkey, one script a call. */
export function redisBuckets(url: string, log: Log): BucketStore {
  const redis = new Redis(url, {
    connectionName: 'quantdesk limits',
    commandTimeout: ANSWER_WITHIN_MS,
    maxRetriesPerRequest: 1,
  })
  redis.on('error', (error) => log.debug({ err: error }, 'the limits could not connect'))
  return {
    take: async (key, { capacity, perSecond }, { need, extra, spent }) => {
      const given = [capacity, perSecond, need, extra, spent, BLOCK_SHARE, SCARCE, HOLD_MS]
      const answer: unknown = await redis.eval(TAKE, 1, redisKey(key), ...given)
      const [granted, remaining] = Array.isArray(answer) ? answer.map(Number) : []
      return { granted: granted ?? 0, remaining: remaining ?? 0 }
    },
    giveBack: async (key, { unspent, spent }) => {
      await redis.eval(GIVE_BACK, 1, redisKey(key), unspent, spent)
    },
    close: () => redis.disconnect(),
  }
}

const redisKey = (key: string) => `{quantdesk}:bucket:${key}`
