import { api } from './trpc.ts'

/*
 * Who sent this visitor here: the code of `?ref=CODE`, kept until an account is made. The first visit counts: a later link
 * does not take it over.
 */

const KEY = 'quantdesk.referral'
const CODE = /^[A-Z0-9]{4,16}$/

/** Reads the address of the page once. */
export function keepReferral(search: string): void {
  const code = new URLSearchParams(search).get('ref')?.toUpperCase() ?? ''
  if (CODE.test(code) && window.localStorage.getItem(KEY) === null) window.localStorage.setItem(KEY, code)
}

export function referralCode(): string | undefined {
  const code = window.localStorage.getItem(KEY) ?? ''
  return CODE.test(code) ? code : undefined
}

/** The wallet behind the code; null without one, and when it is nobody's. */
export async function referrerWallet(): Promise<string | null> {
  const code = referralCode()
  if (code === undefined) return null
  return api.users.referrer.query({ code }).then(
    ({ wallet }) => wallet,
    () => null,
  )
}
