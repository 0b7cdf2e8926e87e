import { describe, expect, it } from 'vitest'
import { hasPasskeys } from './passkeys.ts'
import { Browser, NOW, newWallet, SITE, testIdentity } from './testing.ts'
import { newAuthenticator, type Oddity } from './testing-authenticator.ts'

const identity = await testIdentity()
const { clock } = identity
const forbidden = { code: 'FORBIDDEN' }

/** A user with a passkey, signed in anew and not confirmed. */
async function withPasskey() {
  clock.set(NOW)
  const browser = new Browser(identity)
  const wallet = newWallet()
  const device = newAuthenticator(SITE)
  await browser.signIn(wallet)
  const { auth } = await browser.as()
  const { options } = await auth.beginPasskey()
  const added = await auth.addPasskey({ label: 'laptop', response: device.create(options) })
  clock.advance(60_000)
  await browser.signIn(wallet)
  return { browser, wallet, device, added, auth: (await browser.as()).auth }
}

describe('a passkey', () => {
  it('is added to the user, with recovery codes, and is then what confirms', async () => {
    const { browser, wallet, device, added, auth } = await withPasskey()
    expect(added.recoveryCodes).toHaveLength(10)
    expect(await auth.factors()).toMatchObject({ factors: [{ kind: 'passkey', label: 'laptop' }], passkeys: true })
    await expect(browser.confirm(wallet)).rejects.toThrow(/a signature alone is not enough/)
    const { options } = await auth.beginPasskeyConfirmation()
    await auth.confirmWithPasskey({ response: device.get(options) })
    expect(await browser.principal()).toMatchObject({ steppedUpAt: clock.now() })
  })

  it.each<[string, Oddity]>([
    ['for another site', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['without verifying its user', { verified: false }],
    ['to another challenge', { challenge: 'bWFkZSB1cA' }],
    ['with a counter that went backwards', { counter: 1 }],
  ])('does not confirm %s', async (_, odd) => {
    const { device, auth, browser } = await withPasskey()
    const { options } = await auth.beginPasskeyConfirmation()
    await expect(auth.confirmWithPasskey({ response: device.get(options, odd) })).rejects.toMatchObject(forbidden)
    expect(await browser.principal()).toMatchObject({ steppedUpAt: null })
  })

  it('confirms once with one challenge, and within five minutes', async () => {
    const { device, auth } = await withPasskey()
    const { options } = await auth.beginPasskeyConfirmation()
    const response = device.get(options)
    await auth.confirmWithPasskey({ response })
    await expect(auth.confirmWithPasskey({ response })).rejects.toMatchObject(forbidden)
    const { options: late } = await auth.beginPasskeyConfirmation()
    clock.advance(5 * 60_000)
    await expect(auth.confirmWithPasskey({ response: device.get(late) })).rejects.toMatchObject(forbidden)
  })

  it('of another user, and one that is not known, confirm nothing', async () => {
    const other = await withPasskey()
    const { auth } = await withPasskey()
    const { options } = await auth.beginPasskeyConfirmation()
    for (const device of [other.device, newAuthenticator(SITE)]) {
      await expect(auth.confirmWithPasskey({ response: device.get(options) })).rejects.toMatchObject(forbidden)
    }
  })

  it.each<[string, Oddity]>([
    ['for another site', { origin: 'https://evil.example' }],
    ['to a challenge of nobody', { challenge: 'bWFkZSB1cA' }],
    ['without verifying its user', { verified: false }],
  ])('is not added %s', async (_, odd) => {
    clock.set(NOW)
    const browser = new Browser(identity)
    await browser.signIn(newWallet())
    const { auth } = await browser.as()
    const { options } = await auth.beginPasskey()
    const response = newAuthenticator(SITE).create(options, odd)
    await expect(auth.addPasskey({ label: 'x', response })).rejects.toMatchObject(forbidden)
    expect((await auth.factors()).factors).toEqual([])
  })

  it('is offered where browsers make one', () => {
    const sites = [
      'https://desk.example',
      'http://localhost:3000',
      'http://127.0.0.1:3000',
      'https://[::1]',
      'http://desk.example',
    ]
    expect(sites.map(hasPasskeys)).toEqual([true, true, false, false, false])
  })
})
