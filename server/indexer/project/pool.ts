import type { EventOf } from '#client/events.ts'
import type { Change } from '../changes.ts'
import { quoteBalance, touch } from './accounts.ts'
import { chainTime, type Directory, type Place } from './place.ts'

export function projectPoolDepositRequested(
  event: EventOf<'PoolDepositRequested'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  return [
    {
      kind: 'update',
      table: 'pools',
      key: { address: directory.pool },
      set: { sequence: event.sequence, updated_at: at },
      add: { pending_deposits: event.amount },
    },
    ...quoteBalance(event.subAccount, event.subAccountSequence, event.quoteBalance, at, directory),
    {
      kind: 'insert',
      table: 'pool_events',
      row: {
        signature,
        path,
        kind: 'deposit_requested',
        authority: event.owner,
        ticket: event.ticket,
        amount: event.amount,
        at,
      },
    },
  ]
}

export function projectPoolSharesMinted(
  event: EventOf<'PoolSharesMinted'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const returned = event.amount === 0n
  return [
    { ...poolAfter(event, at, directory), add: { pending_deposits: -(event.amount + event.returned) } },
    {
      kind: 'insert',
      table: 'pool_events',
      row: {
        signature,
        path,
        kind: returned ? 'request_returned' : 'shares_minted',
        authority: event.owner,
        ticket: event.ticket,
        amount: returned ? event.returned : event.amount,
        shares: event.shares,
        net_asset_value: returned ? null : event.netAssetValue,
        at,
      },
    },
    ...requester(event, at, directory),
  ]
}

export function projectPoolExitRequested(
  event: EventOf<'PoolExitRequested'>,
  { signature, path }: Place,
  { pool }: Directory,
): Change[] {
  const at = chainTime(event.at)
  return [
    { kind: 'update', table: 'pools', key: { address: pool }, set: { sequence: event.sequence, updated_at: at } },
    touch(event.subAccount, event.subAccountSequence, at),
    {
      kind: 'insert',
      table: 'pool_events',
      row: {
        signature,
        path,
        kind: 'exit_requested',
        authority: event.owner,
        ticket: event.ticket,
        amount: 0n,
        shares: event.shares,
        net_asset_value: event.netAssetValue,
        at,
      },
    },
  ]
}

export function projectPoolExited(
  event: EventOf<'PoolExited'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const returned = event.shares === 0n
  return [
    poolAfter(event, at, directory),
    {
      kind: 'insert',
      table: 'pool_events',
      row: {
        signature,
        path,
        kind: returned ? 'shares_returned' : 'exited',
        authority: event.owner,
        ticket: event.ticket,
        amount: event.amount,
        shares: returned ? event.returnedShares : event.shares,
        net_asset_value: returned ? null : event.netAssetValue,
        at,
      },
    },
    ...requester(event, at, directory),
  ]
}

type Executed = EventOf<'PoolSharesMinted'> | EventOf<'PoolExited'>

function poolAfter({ idle, totalShares, epoch, sequence }: Executed, at: Date, { pool }: Directory) {
  return {
    kind: 'update',
    table: 'pools',
    key: { address: pool },
    set: { idle, shares: totalShares, epoch, sequence, updated_at: at },
  } as const
}

/** The sub-account the request was made from, which may have got quote. */
function requester({ subAccount, subAccountSequence, quoteBalance: after }: Executed, at: Date, directory: Directory) {
  return quoteBalance(subAccount, subAccountSequence, after, at, directory)
}

export function projectPoolAllocated(
  event: EventOf<'PoolAllocated'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const market = directory.market(event.marketIndex)
  return [
    {
      kind: 'update',
      table: 'pools',
      key: { address: directory.pool },
      set: { idle: event.idleAfter, sequence: event.sequence, updated_at: at },
    },
    {
      kind: 'update',
      table: 'markets',
      key: { market },
      set: {
        pool_allocation: event.allocationAfter,
        pool_quote: event.poolQuoteAfter,
        sequence: event.marketSequence,
        updated_at: at,
      },
    },
    {
      kind: 'insert',
      table: 'pool_events',
      row: { signature, path, kind: 'allocated', market, amount: event.amount, at },
    },
  ]
}
