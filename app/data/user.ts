import type { AccountDto, UserMessage } from '#server/exchange/schema.ts'
import { createStore, identity, useStore } from './store.ts'
import { type EventOf, joinTopic } from './stream.ts'
import { perKey, topicStore } from './topic-store.ts'

/** An account as the chain has it: collateral, positions and open orders of each sub-account, kept live. */
const accountStore = perKey((authority) => topicStore(topicOf(authority), foldAccount))

const topicOf = (authority: string) => `user.${authority}` as const

/** No wallet: a store that stays empty, so that the hook needs no condition. */
const NOBODY = createStore<AccountDto | undefined>(undefined)

function foldAccount(account: AccountDto | undefined, event: EventOf<`user.${string}`>): AccountDto | undefined {
  if (event.kind === 'snapshot') return event.data
  const message = event.data
  if (account === undefined || message.type !== 'subAccount') return account
  const { subAccount } = message
  const others = account.subAccounts.filter((known) => known.id !== subAccount.id)
  return { ...account, subAccounts: [...others, subAccount].sort((a, b) => a.id - b.id) }
}

/** A part of the account of `authority`, live; undefined without a wallet or before the first answer. */
export function useUser<T = AccountDto>(
  authority: string | null,
  select: (account: AccountDto) => T = identity as never,
): T | undefined {
  return useStore(authority === null ? NOBODY : accountStore(authority), select)
}

/** The account as it is known now, for code outside React. */
export const readUser = (authority: string): AccountDto | undefined => accountStore(authority).get()

/** Fills, orders, transfers and liquidations of `authority` as they happen. @returns the function that ends it. */
export function onUserMessage(authority: string, handler: (message: UserMessage) => void): () => void {
  return joinTopic(topicOf(authority), (event) => {
    if (event.kind === 'delta') handler(event.data)
  })
}
