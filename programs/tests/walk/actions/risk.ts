/** What anyone may do to accounts and markets that are in trouble. */
import { isMet } from '#client/math/margin.ts'
import { attempt, writable } from '../attempt.ts'
import { healthOf } from '../health.ts'
import { type Position, quoteOf, type Sub } from '../mirror.ts'
import { SOL_VAULT } from '../venue.ts'
import { type Action, addresses, type Walk } from '../walk.ts'
import { keeperAccount, makersFor } from './fills.ts'

const SETTLING = 2

function belowMaintenance(walk: Walk, sub: Sub): boolean {
  if (sub.positions.every(({ base }) => base === 0n)) return false
  return !isMet(healthOf(walk.mirror, sub, 'Maintenance', walk.now))
}

/** One of the accounts below maintenance, or now and then a healthy one, which must be refused. */
function troubled(walk: Walk): { sub: Sub; position: Position } | null {
  const exposed = walk.subs().filter((sub) => sub.positions.some(({ base }) => base !== 0n))
  const sick = exposed.filter((sub) => belowMaintenance(walk, sub))
  const sub = walk.random.pick(sick) ?? (walk.random.chance(0.02) ? walk.random.pick(exposed) : undefined)
  const position = sub && walk.random.pick(sub.positions.filter(({ base }) => base !== 0n))
  return sub && position ? { sub, position } : null
}

export const liquidatePosition: Action = (walk) => {
  if (walk.keepersAreOut) return null
  const { random } = walk
  const found = troubled(walk)
  if (!found) return null
  const { sub, position } = found
  const market = walk.mirror.market(position.marketIndex)
  const seller = position.base > 0n
  const makers = random.chance(0.3)
    ? makersFor(walk, market, { sub, side: seller ? 1 : 0, limit: null, placedAt: BigInt(walk.now) })
    : []
  const liquidatorKey = keeperAccount(walk, [sub, ...makers.map((maker) => maker.sub)])
  const liquidator = liquidatorKey === null ? null : walk.mirror.get('SubAccount', liquidatorKey)
  const takes = liquidator !== null && random.chance(0.25)
  const size = position.base < 0n ? -position.base : position.base
  const takeSize = takes ? random.part(size) - (random.part(size) % market.params.stepSize) : 0n
  const accounts = {
    liquidator: liquidator?.authority ?? random.pick(walk.traders)?.authority ?? null,
    exchange: addresses.exchange,
    market: market.key,
    subAccount: sub.key,
    insurance: addresses.insurance,
    liquidatorSubAccount: liquidatorKey,
  }
  const takeFloored = takeSize > 0n ? takeSize - (takeSize % market.params.stepSize) : 0n
  const parties = [sub, ...makers.map((maker) => maker.sub), ...(takes && liquidator ? [liquidator] : [])]
  return attempt(
    'liquidatePosition',
    accounts,
    { takeSize: takeFloored, makerOrderIds: makers.map((maker) => maker.order.orderId) },
    {
      label: `liquidatePosition${takes ? ' taking' : ''}${makers.length > 0 ? ' with makers' : ''}`,
      remaining: [...makers.map((maker) => writable(maker.sub.key)), ...walk.marginAccounts(parties, [market.key])],
    },
  )
}

export const deleverage: Action = (walk) => {
  if (walk.keepersAreOut) return null
  const found = troubled(walk)
  if (!found) return null
  const { sub, position } = found
  const opposite = walk.subs().filter((other) => {
    const base = other.positions.find(({ marketIndex }) => marketIndex === position.marketIndex)?.base ?? 0n
    return other.authority !== sub.authority && base !== 0n && base > 0n !== position.base > 0n
  })
  const counterparty = walk.random.pick(opposite)
  if (!counterparty) return null
  const market = addresses.market(position.marketIndex)
  const accounts = { market, subAccount: sub.key, counterparty: counterparty.key, insurance: addresses.insurance }
  return attempt('deleverage', accounts, {}, { remaining: walk.marginAccounts([sub], [market]) })
}

export const liquidateCollateral: Action = (walk) => {
  if (walk.keepersAreOut) return null
  const debtors = walk
    .subs()
    .filter((sub) => quoteOf(sub) < 0n && sub.collaterals.some((c) => c.vaultIndex !== 0 && c.amount > 0n))
  const sub = walk.random.pick(debtors)
  const held = sub && walk.random.pick(sub.collaterals.filter((c) => c.vaultIndex !== 0 && c.amount > 0n))
  const buyer = sub && walk.random.pick(walk.subs().filter((other) => other.key !== sub.key && quoteOf(other) > 0n))
  if (!sub || !held || !buyer) return null
  const tokenVault = walk.mirror.vault(held.vaultIndex).key
  const accounts = {
    liquidator: buyer.authority,
    subAccount: sub.key,
    liquidatorSubAccount: buyer.key,
    tokenVault,
    quoteVault: walk.mirror.vault(0).key,
  }
  return attempt(
    'liquidateCollateral',
    accounts,
    { maxTokens: walk.random.part(held.amount) },
    {
      label: held.vaultIndex === SOL_VAULT ? 'liquidateCollateral of SOL' : 'liquidateCollateral',
      remaining: walk.marginAccounts([sub, buyer], [tokenVault]),
    },
  )
}

export const resolveBankruptcy: Action = (walk) => {
  const holdsNothing = ({ positions, collaterals }: Sub): boolean =>
    positions.every(({ base }) => base === 0n) &&
    collaterals.every(({ vaultIndex, amount }) => vaultIndex === 0 || amount === 0n)
  const isBankrupt = (sub: Sub): boolean => quoteOf(sub) < 0n && (holdsNothing(sub) || walk.random.chance(0.02))
  const debtors = walk.subs().filter((sub) => sub.positions.length > 0 && isBankrupt(sub))
  const sub = walk.random.pick(debtors)
  const position = sub && walk.random.pick(sub.positions)
  if (!sub || !position) return null
  const accounts = {
    market: addresses.market(position.marketIndex),
    subAccount: sub.key,
    insurance: addresses.insurance,
  }
  return attempt('resolveBankruptcy', accounts, {}, { remaining: walk.vaultsOf([sub]) })
}

export const forceCancelOrders: Action = (walk) => {
  const weak = walk
    .subs()
    .filter(
      (sub) =>
        sub.orders.length > 0 && (walk.random.chance(0.02) || !isMet(healthOf(walk.mirror, sub, 'Initial', walk.now))),
    )
  const sub = walk.random.pick(weak)
  return sub
    ? attempt('forceCancelOrders', { subAccount: sub.key }, {}, { remaining: walk.marginAccounts([sub]) })
    : null
}

/** Mostly refused: a sound market stays. */
export const settleMarket: Action = (walk) => {
  const ending = walk.mirror
    .all('Market')
    .filter(({ status, settlementPrice }) => status === SETTLING && settlementPrice === 0n)
  const chosen = walk.random.pick(ending.toSorted((a, b) => a.index - b.index))
  const market = chosen ?? walk.mirror.market(walk.random.int(0, walk.feeds.length - 1))
  return attempt('settleMarket', { market: market.key, insurance: addresses.insurance }, {})
}

export const settlePosition: Action = (walk) => {
  const settling = walk
    .subs()
    .flatMap((sub) =>
      sub.positions
        .filter(({ marketIndex }) => walk.mirror.market(marketIndex).status === SETTLING)
        .map((position) => ({ sub, position })),
    )
  const chosen = walk.random.pick(settling)
  if (!chosen) return null
  const { sub, position } = chosen
  const accounts = {
    market: addresses.market(position.marketIndex),
    subAccount: sub.key,
    insurance: addresses.insurance,
  }
  return attempt('settlePosition', accounts, {}, { remaining: walk.vaultsOf([sub]) })
}
