import { type QueryClient, useQuery } from '@tanstack/react-query'
import { TRPCClientError } from '@trpc/client'
import { create } from 'zustand'
import { api, type Outputs } from './trpc.ts'

/*
 * Who is signed in. Connecting a wallet shows what is public of it and needs no sign-in; only what is kept about a person
 * does. The tokens are in cookies no script can read: the page knows that it signed in, and asks the server who it is.
 */

export type Session = NonNullable<Outputs['auth']['session']>

/** Without it a page that never signed in asks for no refresh, which would be refused. */
const HINT = 'quantdesk.signed-in'
const KEY = ['session']

const codeOf = (error: unknown): unknown => (error instanceof TRPCClientError ? error.data?.appCode : undefined)

async function readSession(): Promise<Session | null> {
  const session = await api.auth.session.query()
  if (session !== null || window.localStorage.getItem(HINT) === null) return session
  return (await refresh()) ? api.auth.session.query() : null
}

/** @returns false when the session has ended for good. */
async function refresh(): Promise<boolean> {
  try {
    await api.auth.refresh.mutate({})
    return true
  } catch (error) {
    if (codeOf(error) !== 'UNAUTHENTICATED') throw error
    window.localStorage.removeItem(HINT)
    return false
  }
}

const REFRESH_AHEAD_MS = 60_000

/** Its data is null for nobody. Kept fresh while something on the page uses it. */
export function useSessionQuery() {
  return useQuery({
    queryKey: KEY,
    queryFn: readSession,
    staleTime: 60_000,
    refetchInterval: ({ state }) =>
      state.data == null ? false : Math.max(1_000, state.data.expiresAt - REFRESH_AHEAD_MS - Date.now()),
  })
}

/** Undefined while it is not known, null for nobody. */
export const useSession = (): Session | null | undefined => useSessionQuery().data

/** After signing in or out: everything that was read as somebody else is read anew. */
export async function sessionChanged(queries: QueryClient, isSignedIn: boolean): Promise<void> {
  if (isSignedIn) window.localStorage.setItem(HINT, 'yes')
  else window.localStorage.removeItem(HINT)
  queries.removeQueries({ queryKey: ['own'] })
  await queries.invalidateQueries({ queryKey: KEY })
}

/** What is the user's own: a query under this key is read as the user, and forgotten when the user leaves. */
export function useOwn<T>(name: string, read: () => Promise<T>) {
  return useQuery({ queryKey: ['own', name], queryFn: () => asUser(read) })
}

type Question = { answer: (confirmed: boolean) => void }

/** The open question whether it is really the user; the dialog answers it. */
export const useConfirmation = create<{ question: Question | null }>()(() => ({ question: null }))

function confirmed(): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      useConfirmation.setState({ question: null })
      resolve(yes)
    }
    useConfirmation.setState({ question: { answer } })
  })
}

/**
 * Calls as the user: with a fresh token when the old one has run out, and after asking for a confirmation where one is
 * needed. @throws what the call throws, also when the user does not confirm.
 */
export async function asUser<T>(call: () => Promise<T>): Promise<T> {
  let [refreshed, asked] = [false, false]
  for (;;) {
    try {
      return await call()
    } catch (error) {
      const code = codeOf(error)
      if (code === 'UNAUTHENTICATED' && !refreshed) {
        refreshed = true
        if (await refresh()) continue
      }
      if (code === 'STEP_UP_REQUIRED' && !asked) {
        asked = true
        if (await confirmed()) continue
      }
      throw error
    }
  }
}
