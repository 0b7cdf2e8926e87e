import type { EventOf } from '#client/events.ts'
import type { Change } from '../changes.ts'
import { chainTime, type Directory, type Place } from './place.ts'

const NO_KEY = '11111111111111111111111111111111'

export function projectSubAccountCreated(event: EventOf<'SubAccountCreated'>): Change[] {
  const at = chainTime(event.at)
  const { subAccount: address, authority, id, sequence } = event
  return [
    { kind: 'put', table: 'sub_accounts', row: { address, authority, id, sequence, created_at: at, updated_at: at } },
  ]
}

export function projectSubAccountUpdated(event: EventOf<'SubAccountUpdated'>): Change[] {
  const delegate = event.delegate === NO_KEY ? null : event.delegate
  return [
    {
      kind: 'update',
      table: 'sub_accounts',
      key: { address: event.subAccount },
      set: {
        delegate,
        delegate_expires_at: delegate === null ? null : chainTime(event.delegateExpiresAt),
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
        sequence: event.sequence,
        updated_at: chainTime(event.at),
      },
    },
    { kind: 'remove', table: 'user_balances', key: { sub_account: event.subAccount } },
  ]
}

export function projectTransfer(
  kind: 'deposit' | 'withdrawal',
  event: EventOf<'CollateralDeposited'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount, mint, amount, sequence } = event
  return [
    balance(subAccount, mint, event.balanceAfter, at, directory),
    touch(subAccount, sequence, at),
    {
      kind: 'update',
      table: 'token_vaults',
      key: { mint },
      set: { ledger_total: event.vaultTotalAfter, updated_at: at },
    },
    {
      kind: 'insert',
      table: 'deposits_withdrawals',
      row: {
        signature,
        path,
        kind,
        authority: directory.authority(subAccount),
        sub_account: subAccount,
        mint,
        amount,
        sequence,
        at,
      },
    },
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
