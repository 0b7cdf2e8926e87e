/** Attempts with one thing wrong: another account, a number at its edge, an account left out, twice or too many. */
import type { Attempt } from '../attempt.ts'
import { readonly } from '../attempt.ts'
import type { Meta } from '../chain.ts'
import { addresses, type Walk } from '../walk.ts'

const EDGES = [0n, 1n, -1n, 2n ** 31n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)] as const

export function spoiled(walk: Walk, right: Attempt): Attempt {
  const { random } = walk
  const spoil = random.pick([wrongAccount, wrongAccount, wrongNumber, wrongNumber, wrongRemaining] as const)
  // It may fail with anything.
  const { name, accounts, args, remaining } = spoil(walk, right)
  return { name, accounts, args, remaining, label: 'wrong' }
}

function wrongAccount(walk: Walk, right: Attempt): Attempt {
  const name = walk.random.pick(Object.keys(right.accounts))
  if (name === undefined) return right
  return { ...right, accounts: { ...right.accounts, [name]: anyAddress(walk) } }
}

/** Something that exists, of a random kind. */
function anyAddress(walk: Walk): string {
  const { random, venue } = walk
  const trader = random.pick(walk.traders)
  const kinds: readonly (string | undefined)[] = [
    random.pick(walk.subs())?.key,
    random.pick(walk.subs())?.key,
    trader?.authority,
    trader?.user,
    trader?.tokens.get(0),
    addresses.market(random.int(0, walk.feeds.length - 1)),
    random.pick(walk.vaults())?.key,
    random.pick(walk.vaults())?.tokenAccount,
    addresses.pool,
    addresses.insurance,
    addresses.exchange,
    venue.admin,
  ]
  return random.pick(kinds) ?? addresses.pool
}

/** Replaces one number somewhere in the arguments. */
function wrongNumber(walk: Walk, right: Attempt): Attempt {
  const places: (readonly (string | number)[])[] = []
  find(right.args, [], places)
  const place = walk.random.pick(places)
  if (!place) return wrongAccount(walk, right)
  const args = structuredClone(right.args) as Record<string | number, unknown>
  let at = args
  for (const step of place.slice(0, -1)) at = at[step] as Record<string | number, unknown>
  const last = place.at(-1) ?? 0
  at[last] = typeof at[last] === 'bigint' ? walk.random.pick(EDGES) : walk.random.pick([0, 1, 255, 65_535] as const)
  return { ...right, args }
}

function find(value: unknown, path: readonly (string | number)[], places: (readonly (string | number)[])[]): void {
  if (typeof value === 'bigint' || typeof value === 'number') places.push(path)
  else if (value !== null && typeof value === 'object') {
    for (const [key, field] of Object.entries(value)) find(field, [...path, key], places)
  }
}

function wrongRemaining(walk: Walk, right: Attempt): Attempt {
  const { random } = walk
  const remaining: Meta[] = [...right.remaining]
  const at = random.int(0, Math.max(0, remaining.length - 1))
  const known = remaining[at]
  const change = random.int(0, 3)
  if (change === 0) remaining.splice(at, 1)
  else if (change === 1 && known) remaining.splice(at, 0, known)
  else if (change === 2 && known) remaining[at] = { ...known, key: anyAddress(walk) }
  else
    remaining.push(
      random.chance(0.5) ? readonly(anyAddress(walk)) : { key: anyAddress(walk), signer: false, writable: true },
    )
  return { ...right, remaining }
}
