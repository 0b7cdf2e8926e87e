import { isIPv6 } from 'node:net'
import { AppError } from '#server/platform/errors.ts'
import type { Principal, SignedIn } from '#server/platform/principal.ts'
import type { Bucket, Cost } from '#server/platform/procedures.ts'
import type { Policy } from '#server/platform/rate-limit/bucket.ts'
import type { Limiter, Spent } from '#server/platform/rate-limit/limiter.ts'

export type Policies = Readonly<Record<Bucket, Policy>>

const MINUTE_S = 60
const perMinute = (calls: number): Policy => ({ capacity: calls, perSecond: calls / MINUTE_S })

/** What everybody has. Whoever may place so many orders may cancel all of them twice. */
export function policiesOf({
  rateLimitData,
  rateLimitTrading,
}: {
  rateLimitData: number
  rateLimitTrading: number
}): Policies {
  return {
    data: perMinute(rateLimitData),
    trading: perMinute(rateLimitTrading),
    cancel: perMinute(2 * rateLimitTrading),
  }
}

export type Limits = { limiter: Limiter; policies: Policies }

type Subject = { name: 'ip' | 'user' | 'key'; key: string; policies: Policies }
type Count = Spent & { bucket: Bucket; policy: Policy }

/** The allowances of one request or connection, and what is to be said of them in the answer. */
export type Allowance = {
  spend(cost: Cost): Promise<void>
  /** `RateLimit-Policy`, `RateLimit` and, after a refusal, `Retry-After`; empty before anything was counted. */
  headers(): Record<string, string>
}

/**
 * A call counts for the address it comes from, for the user, and for the key it was made with: whichever is used up refuses it.
 * `principal` is asked at each call, because a connection may sign in later.
 */
export function allowanceOf(
  { limiter, policies }: Limits,
  { ip, principal }: { ip: string | null; principal: () => Principal },
): Allowance {
  const counts = new Map<Bucket, Count>()
  const keep = (count: Count) => {
    const known = counts.get(count.bucket)
    if (known === undefined || !count.taken || count.remaining < known.remaining) counts.set(count.bucket, count)
  }
  return {
    spend: async ({ bucket, weight }) => {
      const taken: string[] = []
      for (const { name, key, policies: own } of subjectsOf(policies, ip, principal())) {
        const policy = own[bucket]
        const counted = await limiter.spend(`${bucket}:${key}`, policy, weight)
        keep({ ...counted, bucket, policy })
        if (counted.taken) {
          taken.push(`${bucket}:${key}`)
          continue
        }
        for (const other of taken) limiter.undo(other, weight)
        throw new AppError('RATE_LIMITED', {
          message: `more than ${policy.capacity} ${bucket} calls a minute from this ${OF[name]}: wait ${counted.retryAfterS} s`,
          details: { limit: bucket, of: name, retryAfterS: counted.retryAfterS },
        })
      }
    },
    headers: () => {
      if (counts.size === 0) return {}
      const all = [...counts.values()]
      const refused = all.find(({ taken }) => !taken)
      const item = ({ bucket, remaining, policy: { capacity, perSecond } }: Count) => {
        return `"${bucket}";r=${Math.max(0, remaining)};t=${remaining >= capacity ? 0 : Math.ceil(1 / perSecond)}`
      }
      return {
        'ratelimit-policy': all
          .map(({ bucket, policy }) => `"${bucket}";q=${policy.capacity};w=${MINUTE_S}`)
          .join(', '),
        ratelimit: all.map(item).join(', '),
        ...(refused === undefined ? {} : { 'retry-after': String(refused.retryAfterS) }),
      }
    },
  }
}

const OF = { ip: 'address', user: 'user', key: 'API key' } as const

function subjectsOf(policies: Policies, ip: string | null, principal: Principal): Subject[] {
  return [
    { name: 'ip', key: `ip:${ip === null ? 'unknown' : networkOf(ip)}`, policies },
    ...(principal === null ? [] : [{ name: 'user', key: `user:${principal.userId}`, policies } as const]),
    ...(principal?.via === 'key'
      ? [
          {
            name: 'key',
            key: `key:${principal.credentialId}`,
            policies: ownPolicies(policies, principal.limits),
          } as const,
        ]
      : []),
  ]
}

/** A key may be given less than everybody has; more would not help it past its user's allowance. */
function ownPolicies(policies: Policies, limits: SignedIn['limits']): Policies {
  const least = (calls: number | null | undefined, policy: Policy) =>
    calls == null || calls >= policy.capacity ? policy : perMinute(calls)
  return { ...policies, data: least(limits?.data, policies.data), trading: least(limits?.trading, policies.trading) }
}

/** Of IPv6 a customer has a whole network of 2^64 addresses. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = ip.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [first, last] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0')
  return `${[...first, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
