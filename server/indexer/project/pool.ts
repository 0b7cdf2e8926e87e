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
        ...ticketOf(event),
        amount: event.amount,
        net_asset_value: event.netAssetValue,
        total_shares: event.totalShares,
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
        ...ticketOf(event),
        amount: returned ? event.returned : event.amount,
        shares: event.shares,
        net_asset_value: returned ? null : event.netAssetValue,
        total_shares: event.totalShares,
        epoch: event.epoch,
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
        ...ticketOf(event),
        amount: 0n,
        shares: event.shares,
        net_asset_value: event.netAssetValue,
        total_shares: event.totalShares,
        executable_at: chainTime(event.executableAt),
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
        ...ticketOf(event),
        amount: event.amount,
        shares: returned ? event.returnedShares : event.shares,
        net_asset_value: returned ? null : event.netAssetValue,
        total_shares: event.totalShares,
        epoch: event.epoch,
        at,
      },
    },
    ...requester(event, at, directory),
  ]
}

/** Whose request it is, and where its money comes from or goes to. */
function ticketOf({
  owner,
  subAccount,
  ticket,
  ticketId,
}: Executed | EventOf<'PoolDepositRequested'> | EventOf<'PoolExitRequested'>) {
  return { authority: owner, sub_account: subAccount, ticket, ticket_id: ticketId }
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
