/** Those who lend the pool its capital, and where it is put to work. */
import { poolTicketAddress } from '#client/pda.ts'
import { type Attempt, attempt, readonly } from '../attempt.ts'
import { SYSTEM_PROGRAM } from '../chain.ts'
import { quoteOf, type Ticket } from '../mirror.ts'
import { type Action, addresses, type Walk } from '../walk.ts'

const USD = 1_000_000
const DEPOSIT = 0

const allMarkets = (walk: Walk) => walk.feeds.map((_, index) => readonly(addresses.market(index)))
const ticketOf = (owner: string, id: bigint): string => poolTicketAddress(owner, id).toBase58()

export const depositToPool: Action = (walk) => {
  const sub = walk.random.pick(walk.subs().filter((candidate) => quoteOf(candidate) > BigInt(100 * USD)))
  if (!sub) return null
  const ticketId = walk.nextTicketId()
  const accounts = {
    authority: sub.authority,
    exchange: addresses.exchange,
    pool: addresses.pool,
    quoteVault: walk.mirror.vault(0).key,
    userAccount: addresses.user(sub.authority),
    subAccount: sub.key,
    ticket: ticketOf(sub.authority, ticketId),
    systemProgram: SYSTEM_PROGRAM,
  }
  return attempt(
    'depositToPool',
    accounts,
    { ticketId, amount: walk.random.part(quoteOf(sub) / 2n) },
    {
      remaining: [...allMarkets(walk), ...walk.vaultsOf([sub])],
    },
  )
}

function anyTicket(walk: Walk, kind: (ticket: Ticket) => boolean): Ticket | undefined {
  const owned = walk.mirror
    .all('PoolTicket')
    .filter((ticket) => kind(ticket) && walk.traders.some(({ authority }) => authority === ticket.owner))
  return walk.random.pick(owned.toSorted((a, b) => Number(a.id - b.id)))
}

export const mintPoolShares: Action = (walk) => {
  const ticket = anyTicket(walk, ({ kind }) => kind === DEPOSIT)
  if (!ticket) return null
  const accounts = {
    keeper: walk.random.pick(walk.traders)?.authority ?? null,
    exchange: addresses.exchange,
    pool: addresses.pool,
    quoteVault: walk.mirror.vault(0).key,
    ticket: ticket.key,
    owner: ticket.owner,
    userAccount: addresses.user(ticket.owner),
    subAccount: ticket.subAccount,
  }
  return attempt('mintPoolShares', accounts, {}, { remaining: allMarkets(walk) })
}

export const requestPoolExit: Action = (walk) => {
  const { random, mirror } = walk
  const holders = walk.traders.filter(({ user }) => {
    const account = mirror.find('UserAccount', user)
    return account !== null && account.poolShares > 0n && account.poolEpoch === mirror.pool.epoch
  })
  const trader = random.pick(holders)
  const sub = trader && random.pick(walk.subs([trader]))
  if (!trader || !sub) return null
  const ticketId = walk.nextTicketId()
  const accounts = {
    authority: trader.authority,
    exchange: addresses.exchange,
    pool: addresses.pool,
    quoteVault: mirror.vault(0).key,
    userAccount: trader.user,
    subAccount: sub.key,
    ticket: ticketOf(trader.authority, ticketId),
    systemProgram: SYSTEM_PROGRAM,
  }
  const { poolShares } = mirror.get('UserAccount', trader.user)
  return attempt(
    'requestPoolExit',
    accounts,
    { ticketId, shares: random.part(poolShares) },
    {
      remaining: allMarkets(walk),
    },
  )
}

export const exitPool: Action = (walk) => {
  const ticket = anyTicket(walk, ({ kind }) => kind !== DEPOSIT)
  if (!ticket) return null
  const accounts = {
    exchange: addresses.exchange,
    pool: addresses.pool,
    quoteVault: walk.mirror.vault(0).key,
    ticket: ticket.key,
    owner: ticket.owner,
    userAccount: addresses.user(ticket.owner),
    subAccount: ticket.subAccount,
  }
  return attempt('exitPool', accounts, {}, { remaining: allMarkets(walk) })
}

export const allocatePool: Action = (walk) => {
  const { random, mirror } = walk
  const market = mirror.market(random.int(0, walk.feeds.length - 1))
  const into = random.chance(0.5) ? mirror.pool.idle / 400n : 0n
  const amount = into > 0n ? random.part(into) : -random.part(market.ledger.poolAllocation / 4n)
  return amount === 0n ? null : allocate(walk, market.index, amount)
}

/** Into (+) or out of (−) a market. */
export function allocate({ venue }: Walk, index: number, amount: bigint): Attempt {
  const market = addresses.market(index)
  const accounts = { authority: venue.admin, exchange: addresses.exchange, pool: addresses.pool, market }
  return attempt('allocatePool', accounts, { amount }, { label: amount > 0n ? 'allocatePool in' : 'allocatePool out' })
}
