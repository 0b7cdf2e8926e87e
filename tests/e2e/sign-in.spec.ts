import { createHmac } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { section, signIn } from './identity.ts'
import { violations } from './violations.ts'

/** A code that was not used: the next one, which is taken half a minute early. */
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })

test('a trader signs in, sets up a second factor, makes a key that works, ends a session and signs out', async ({
  page,
  browser,
  baseURL,
}) => {
  await signIn(page)
  const security = section(page, 'Security')
  const keys = section(page, 'API keys')

  await security.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const secret = (await security.getByTestId('totp-secret').textContent())?.trim() ?? ''
  await security.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret))
  await security.getByRole('button', { name: 'Turn on' }).click()
  await expect(security.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10)
  await expect(security.getByRole('list', { name: 'Second factors' })).toContainText('Authenticator app')

  // Another browser of the same wallet: it has not shown the factor.
  const dev = await page.evaluate(() => ({ ...window.localStorage }))
  const second = await browser.newPage({ ...(baseURL && { baseURL }) })
  await second.addInitScript((kept: Record<string, string>) => {
    for (const [name, value] of Object.entries(kept))
      if (name !== 'quantdesk.signed-in') window.localStorage.setItem(name, value)
  }, dev)
  await second.goto('/settings')
  await section(second, 'Profile').getByRole('button', { name: 'Sign in' }).click()
  const theirKeys = section(second, 'API keys')
  await theirKeys.getByRole('button', { name: 'Make an API key' }).click()
  await theirKeys.getByRole('textbox', { name: 'Name' }).fill('bot')
  await theirKeys.getByRole('button', { name: 'Make the key' }).click()
  const asked = second.getByRole('dialog', { name: 'Confirm that it is you' })
  await asked.getByRole('textbox', { name: 'Code' }).fill('000000')
  await asked.getByRole('button', { name: 'Confirm' }).click()
  await expect(asked.getByRole('alert')).toContainText('The code is wrong')
  await asked.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret, 1))
  await asked.getByRole('button', { name: 'Confirm' }).click()
  const keySecret = (await theirKeys.getByTestId('api-key-secret').textContent()) ?? ''
  const keyId = (await theirKeys.locator('dd').first().textContent()) ?? ''

  // The key reads its owner, signed; the same request again is refused.
  const path = '/api/users/me'
  const [timestamp, nonce] = [String(Date.now()), crypto.randomUUID()]
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const signature = createHmac('sha256', keySecret)
    .update([timestamp, nonce, 'GET', path, empty].join('\n'))
    .digest('base64')
  const headers = { 'x-qd-key': keyId, 'x-qd-timestamp': timestamp, 'x-qd-nonce': nonce, 'x-qd-signature': signature }
  const answer = await fetch(new URL(path, baseURL), { headers })
  expect(await answer.json()).toMatchObject({ role: 'user', wallet: expect.any(String) })
  expect((await fetch(new URL(path, baseURL), { headers })).status).toBe(401)

  await page.reload()
  await expect(keys.getByRole('list', { name: 'API keys' })).toContainText('Last used')
  const sessions = security.getByRole('list', { name: 'Sessions' })
  await expect(sessions.getByRole('listitem')).toHaveCount(2)
  await sessions.getByRole('button', { name: 'End' }).click()
  await expect(sessions.getByRole('listitem')).toHaveCount(1)
  await second.reload()
  await expect(section(second, 'Profile')).toContainText('You are not signed in')
  await second.close()

  await keys.getByRole('button', { name: 'Revoke' }).click()
  await keys.getByRole('button', { name: 'Revoke now?' }).click()
  await expect(keys).toContainText('You have no API keys.')
  await section(page, 'Profile').getByRole('button', { name: 'Sign out' }).click()
  await expect(section(page, 'Profile')).toContainText('You are not signed in')
  expect(
    (await page.context().cookies()).map(({ name }) => name).filter((name) => /access|refresh/.test(name)),
  ).toEqual([])
})

for (const theme of ['Dark', 'Light']) {
  test(`profile, security and keys are accessible, wide and on a phone, ${theme}`, async ({ page }) => {
    await signIn(page)
    await section(page, 'Display').getByText(theme, { exact: true }).click()
    await section(page, 'Security').getByRole('button', { name: 'Set up an authenticator app' }).click()
    await expect(section(page, 'Security').getByTestId('totp-secret')).toBeVisible()
    await section(page, 'API keys').getByRole('button', { name: 'Make an API key' }).click()
    expect(await violations(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violations(page)).toEqual([])
  })
}

test('no token is within reach of a script, and a page of another site changes nothing', async ({ page, baseURL }) => {
  await signIn(page)
  const cookies = await page.context().cookies()
  const ours = cookies.filter(({ name }) => name.startsWith('qd-'))
  expect(ours.length).toBeGreaterThanOrEqual(3)
  for (const cookie of ours) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  expect(await page.evaluate(() => document.cookie)).not.toMatch(/qd-/)
  expect(await page.evaluate(() => JSON.stringify(window.localStorage))).not.toMatch(/eyJ/)
  const cookie = ours.map(({ name, value }) => `${name}=${value}`).join('; ')
  const headers = { cookie, 'content-type': 'application/json', origin: 'https://evil.example' }
  const forged = await fetch(new URL('/api/auth/sign-out', baseURL), { method: 'POST', headers, body: '{}' })
  expect(forged.status).toBe(403)
  await page.reload()
  await expect(section(page, 'Profile')).toContainText('Signed in as')
})
