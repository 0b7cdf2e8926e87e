/** Wallets, their sub-accounts and settings. */
import { Keypair } from '@solana/web3.js'
import type { Address } from '#client/layout.ts'
import { type Attempt, attempt } from '../attempt.ts'
import { createTokens } from '../tokens.ts'
import { SOL_VAULT } from '../venue.ts'
import { type Action, addresses, subAddress, type Trader, type Walk } from '../walk.ts'

const MOST_TRADERS = 12
const MOST_SUB_ACCOUNTS = 4
const SOL = 1_000_000_000n

/** A wallet with plenty of everything. */
export function newTrader(walk: Walk, authority: Address = Keypair.generate().publicKey.toBase58()): Trader {
  walk.chain.fund(authority, 100_000n * SOL)
  const tokens = walk.venue.mints.flatMap((mint, index) =>
    index === SOL_VAULT ? [] : [[index, createTokens(walk.chain, mint, authority, 10n ** 15n)] as const],
  )
  const trader = { authority, user: addresses.user(authority), tokens: new Map(tokens) }
  walk.traders.push(trader)
  return trader
}

export function createUser({ authority, user }: Trader): Attempt {
  return attempt('createUserAccount', { authority, userAccount: user }, {})
}

export const createUserAccount: Action = (walk) => {
  const waiting = walk.traders.find(({ user }) => walk.mirror.find('UserAccount', user) === null)
  if (waiting) return createUser(waiting)
  return walk.traders.length < MOST_TRADERS ? createUser(newTrader(walk)) : null
}

export const createSubAccount: Action = (walk) => {
  const free = walk.traders.filter((trader) => walk.subs([trader]).length < MOST_SUB_ACCOUNTS)
  const trader = walk.random.pick(free)
  const user = trader && walk.mirror.find('UserAccount', trader.user)
  if (!trader || !user) return null
  const id = user.nextSubAccountId
  const accounts = { authority: trader.authority, userAccount: user.key, subAccount: subAddress(trader.authority, id) }
  return attempt('createSubAccount', accounts, { id })
}

export const closeSubAccount: Action = (walk) => {
  const empty = walk.subs().filter((sub) => sub.poolTickets === 0 && sub.positions.length === 0)
  const sub = walk.random.pick(empty.filter(({ collaterals }) => collaterals.every(({ amount }) => amount === 0n)))
  if (!sub || walk.subs([walk.traderOf(sub)]).length < 2) return null
  const { authority } = sub
  return attempt('closeSubAccount', { authority, userAccount: addresses.user(authority), subAccount: sub.key }, {})
}

export const updateSubAccount: Action = (walk) => {
  const { random } = walk
  const sub = random.pick(walk.subs())
  const delegate = random.pick(walk.traders)
  if (!sub || !delegate) return null
  const locks = sub.positions.length === 0 && sub.orders.length === 0 && random.chance(0.2)
  const isolatedMarket = locks
    ? random.int(0, walk.feeds.length - 1)
    : sub.isIsolated === 1 && !random.chance(0.3)
      ? sub.isolatedMarket
      : null
  const settings = {
    delegate: delegate.authority,
    delegateExpiresAt: BigInt(walk.now + random.int(1, 5_000)),
    delegateBudget: BigInt(random.int(0, 500)) * 1_000_000n,
    isolatedMarket,
  }
  return attempt(
    'updateSubAccount',
    { authority: sub.authority, exchange: addresses.exchange, subAccount: sub.key },
    { settings },
  )
}

export const updateUserAccount: Action = (walk) => {
  const { random } = walk
  const trader = random.pick(walk.traders)
  const other = random.pick(walk.traders)
  if (!trader || !other || walk.mirror.find('UserAccount', trader.user) === null) return null
  const name = String.fromCharCode(...Array.from({ length: 6 }, () => 97 + random.int(0, 25)))
  const referrer = random.chance(0.5) && walk.mirror.find('UserAccount', other.user) ? other.user : null
  return attempt('updateUserAccount', { authority: trader.authority, userAccount: trader.user, referrer }, { name })
}
