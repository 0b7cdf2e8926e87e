import { create } from 'zustand'
import type { AccountDto, SubAccountDto } from '#server/exchange/schema.ts'
import { readUser, useUser } from './user.ts'

/*
 * Which sub-account of the connected wallet the page acts for: one choice for the ticket, the tables and transfers, kept
 * in this browser for each wallet.
 */

/** A sub-account as instructions need it. Ids of orders count within one, so an action keeps the one it began with. */
export type OwnAccount = { readonly authority: string; readonly subAccountId: number }

const KEY = 'quantdesk.sub-account'
type Selection = Readonly<Record<string, number>>

const useSelection = create<Selection>()(() => (typeof window === 'undefined' ? {} : recall()))

function recall(): Selection {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}')
    const entries = typeof kept === 'object' && kept !== null ? Object.entries(kept) : []
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])))
  } catch {
    return {}
  }
}

export function selectSubAccount(authority: string, id: number): void {
  useSelection.setState({ [authority]: id })
  window.localStorage.setItem(KEY, JSON.stringify(useSelection.getState()))
}

/** The chosen one; the first where none was chosen, or it is closed. */
const chosenOf = ({ subAccounts }: AccountDto, id: number | undefined): SubAccountDto | null =>
  subAccounts.find((known) => known.id === id) ?? subAccounts[0] ?? null

/** The sub-account of a wallet that the page acts for: undefined while unknown, null when there is none. */
export function useChosenSubAccount(authority: string | null): SubAccountDto | null | undefined {
  const id = useSelection((selection) => (authority === null ? undefined : selection[authority]))
  const account = useUser(authority)
  if (authority === null) return null
  return account === undefined ? undefined : chosenOf(account, id)
}

/** The same for code outside React; the first deposit makes number 0. */
export function ownAccount(authority: string): OwnAccount {
  const id = useSelection.getState()[authority]
  const account = readUser(authority)
  return { authority, subAccountId: (account === undefined ? id : chosenOf(account, id)?.id) ?? 0 }
}
