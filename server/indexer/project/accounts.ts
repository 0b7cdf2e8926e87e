import type { EventOf } from '#client/events.ts'
import type { TransferKind } from '#server/platform/db/types.ts'
import type { Change } from '../changes.ts'
import { chainTime, type Directory, keyOrNull, type Place } from './place.ts'

export function projectUserAccountCreated(event: EventOf<'UserAccountCreated'>): Change[] {
  const { userAccount: address, authority } = event
  const row = { address, authority, name: '', referrer: null, updated_at: chainTime(event.at) }
  return [{ kind: 'insert', table: 'user_accounts', row }]
}

/** User accounts have no sequence: whichever event comes first makes the row, and this one holds. */
export function projectUserAccountUpdated(event: EventOf<'UserAccountUpdated'>): Change[] {
  const { userAccount: address, authority, name } = event
  const row = { address, authority, name, referrer: keyOrNull(event.referrer), updated_at: chainTime(event.at) }
  return [{ kind: 'put', table: 'user_accounts', row }]
}

export function projectSubAccountCreated(event: EventOf<'SubAccountCreated'>): Change[] {
  const at = chainTime(event.at)
  const { subAccount: address, authority, id, sequence } = event
  return [
    { kind: 'put', table: 'sub_accounts', row: { address, authority, id, sequence, created_at: at, updated_at: at } },
  ]
}

export function projectSubAccountUpdated(event: EventOf<'SubAccountUpdated'>, directory: Directory): Change[] {
  const delegate = keyOrNull(event.delegate)
  return [
    {
      kind: 'update',
      table: 'sub_accounts',
      key: { address: event.subAccount },
      set: {
        delegate,
        delegate_expires_at: delegate === null ? null : chainTime(event.delegateExpiresAt),
        delegate_budget: delegate === null ? null : event.delegateBudget,
        isolated_market: event.isolatedMarket === null ? null : directory.market(event.isolatedMarket),
        sequence: event.sequence,
        updated_at: chainTime(event.at),
      },
    },
  ]
}

export function projectSubAccountClosed(event: EventOf<'SubAccountClosed'>): Change[] {
  return [
    {
      kind: 'update',
      table: 'sub_accounts',
      key: { address: event.subAccount },
      set: {
        closed: true,
        delegate: null,
        delegate_expires_at: null,
        delegate_budget: null,
        sequence: event.sequence,
        updated_at: chainTime(event.at),
      },
    },
    { kind: 'remove', table: 'user_balances', key: { sub_account: event.subAccount } },
  ]
}

export function projectDeposit(
  kind: 'deposit' | 'withdrawal',
  event: EventOf<'CollateralDeposited'> | EventOf<'CollateralWithdrawn'>,
  place: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount, mint, amount, sequence } = event
  return [
    ...moved(kind, { subAccount, mint, amount, sequence, balance: event.balanceAfter }, at, place, directory),
    {
      kind: 'update',
      table: 'token_vaults',
      key: { mint },
      set: { ledger_total: event.vaultTotalAfter, updated_at: at },
    },
  ]
}

export function projectCollateralTransferred(
  event: EventOf<'CollateralTransferred'>,
  place: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { mint, amount } = event
  const out = { subAccount: event.from, mint, amount, sequence: event.fromSequence, balance: event.fromBalance }
  const into = { subAccount: event.to, mint, amount, sequence: event.toSequence, balance: event.toBalance }
  return [...moved('transfer_out', out, at, place, directory), ...moved('transfer_in', into, at, place, directory)]
}

export function projectReferralRewardsCollected(
  event: EventOf<'ReferralRewardsCollected'>,
  place: Place,
  directory: Directory,
): Change[] {
  const { subAccount, amount, sequence, quoteBalance: after } = event
  const received = { subAccount, mint: directory.quoteMint(), amount, sequence, balance: after }
  return moved('referral_reward', received, chainTime(event.at), place, directory)
}

type Moved = {
  subAccount: string
  mint: string
  amount: bigint
  sequence: bigint
  /** After it. */
  balance: bigint
}

/** Collateral that came into a sub-account, or left it. */
export function moved(
  kind: TransferKind,
  { subAccount, mint, amount, sequence, balance: after }: Moved,
  at: Date,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const authority = directory.authority(subAccount)
  const row = { signature, path, kind, authority, sub_account: subAccount, mint, amount, sequence, at }
  return [
    balance(subAccount, mint, after, at, directory),
    touch(subAccount, sequence, at),
    { kind: 'insert', table: 'deposits_withdrawals', row },
  ]
}

/** A balance after an event. The quote balance stays when it is 0, as its slot on chain does. */
export function balance(subAccount: string, mint: string, amount: bigint, at: Date, directory: Directory): Change {
  if (amount === 0n && mint !== directory.quoteMint()) {
    return { kind: 'remove', table: 'user_balances', key: { sub_account: subAccount, mint } }
  }
  return {
    kind: 'put',
    table: 'user_balances',
    row: { sub_account: subAccount, mint, authority: directory.authority(subAccount), amount, updated_at: at },
  }
}

/** The quote balance and sequence of a sub-account that an event changed on the side, as a keeper's reward does. */
export function quoteBalance(
  subAccount: string,
  sequence: bigint,
  amount: bigint,
  at: Date,
  directory: Directory,
): Change[] {
  return [balance(subAccount, directory.quoteMint(), amount, at, directory), touch(subAccount, sequence, at)]
}

export function touch(subAccount: string, sequence: bigint, at: Date): Change {
  return { kind: 'update', table: 'sub_accounts', key: { address: subAccount }, set: { sequence, updated_at: at } }
}
