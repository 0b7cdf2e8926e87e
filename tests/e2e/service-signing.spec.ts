import { expect, type Page, test } from '@playwright/test'
import { section } from './identity.ts'
import { Trader } from './trader.ts'
import { violations } from './violations.ts'

/** As a program of the user asks, with the session of this page instead of a key. */
const place = (page: Page, size: string) =>
  page.evaluate(async (wanted) => {
    const answer = await fetch('/api/trading/intents/place', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ market: 'SOL-PERP', side: 'buy', type: 'limit', price: '50', size: wanted }),
    })
    const { state, error } = await answer.json()
    return { state, code: error?.code }
  }, size)

test('the service signs for a program within the limits, shows what it signed, and stops when it is revoked', async ({
  page,
}) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await page.goto('/settings')
  await section(page, 'Profile').getByRole('button', { name: 'Sign in' }).click()

  const signing = section(page, 'Service signing')
  await signing.getByRole('button', { name: 'Let the service sign' }).click()
  await signing.getByRole('textbox', { name: 'One order up to' }).fill('100')
  await signing.getByRole('button', { name: 'Make the key' }).click()
  const key = signing.getByRole('listitem', { name: 'Sub-account 0' })
  await expect(key).toContainText('On: the service signs within these limits')
  await expect(key).toContainText('$250.00 of $250.00')
  expect(await violations(page)).toEqual([])

  expect(await place(page, '1')).toEqual({ state: 'confirmed' })
  expect(await place(page, '3')).toEqual({ state: 'refused', code: 'OrderTooLarge' })
  await page.reload()
  const lately = signing.getByRole('region', { name: 'Recent requests' })
  await expect(lately.getByRole('listitem')).toHaveCount(2)
  await expect(lately).toContainText('the key signs orders up to 100 USDC')
  await expect(lately).toContainText('confirmed')
  await expect(key).toContainText('$50.00 of $10 000.00')

  await key.getByRole('button', { name: 'Revoke' }).click()
  await key.getByRole('button', { name: 'Revoke now?' }).click()
  await expect(key).toBeHidden()
  const refused = await page.request.get('/api/trading/signing-keys')
  expect(await refused.json()).toMatchObject({ keys: [{ state: 'revoked' }] })
})
