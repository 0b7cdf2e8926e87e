import { expect, type Page } from '@playwright/test'
import type { Keypair } from '@solana/web3.js'
import { STACK_PORT } from './environment.ts'
import { signText } from './test-wallet.ts'
import { Trader } from './trader.ts'

/** A part of the settings page, by its heading. */
export const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** A connected dev wallet, signed in under the settings. `origin`: another name of the same site. */
export async function signIn(page: Page, origin = ''): Promise<void> {
  const trader = new Trader(page)
  await page.goto(`${origin}/trade/SOL-PERP`)
  await trader.oracle()
  await trader.steps.getByRole('button', { name: 'Create dev wallet' }).click()
  await expect(page.getByRole('button', { name: /^Wallet / })).toBeVisible()
  await page.goto(`${origin}/settings`)
  await section(page, 'Profile').getByRole('button', { name: 'Sign in' }).click()
  await expect(section(page, 'Profile')).toContainText('Signed in as')
}

/** The wallet that this browser is signed in with, as the server says. */
export async function walletOf(page: Page): Promise<string> {
  const { wallet } = await (await page.request.get('/api/users/me')).json()
  return wallet
}

/** A program that signed in with a wallet and calls the API as its owner. */
export async function apiOf(keypair: Keypair) {
  const base = `http://127.0.0.1:${STACK_PORT}/api`
  const send = async (path: string, body: object | undefined, headers: Record<string, string>) => {
    const answer = await fetch(`${base}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', origin: new URL(base).origin, ...headers },
    })
    const result = await answer.json()
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(result)}`)
    return {
      result,
      cookie: answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; '),
    }
  }
  const wallet = keypair.publicKey.toBase58()
  const challenge = await send('/auth/challenge', { wallet }, {})
  const { nonce, message } = challenge.result
  const signature = Buffer.from(signText(keypair, message)).toString('base64')
  const grant = await send('/auth/sign-in', { nonce, signature, delivery: 'token' }, { cookie: challenge.cookie })
  const authorization = `Bearer ${grant.result.accessToken}`
  return {
    get: async (path: string) => (await send(path, undefined, { authorization })).result,
    post: async (path: string, body: object) => (await send(path, body, { authorization })).result,
  }
}
