import { expect, type Page, test } from '@playwright/test'
import { amountOf, Trader } from './trader.ts'
import { violations } from './violations.ts'

const own = (page: Page) => page.getByRole('region', { name: 'Your part' })
const requests = (page: Page) => page.getByRole('table', { name: 'Your requests' }).getByRole('row')
const figure = (page: Page, label: string) =>
  own(page).locator('dt', { hasText: label }).locator('xpath=following-sibling::dd[1]')

test('the first answer already says what the pool is worth', async ({ request }) => {
  const html = await (await request.get('/pool')).text()
  expect(html.replaceAll('\u202f', '')).toMatch(/>\$\d{8}\.\d\d</)
  expect(html).toContain('What can go wrong')
  expect(html).toMatch(/>ETH-PERP<\/td>/)
})

test('USDC of the wallet and of the account become shares, and shares wait to be paid out', async ({ page }) => {
  test.setTimeout(180_000)
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await page.goto('/pool')
  await expect(page.getByRole('table', { name: 'Exposure of the pool by market' })).toContainText('ETH-PERP')

  const deposit = page.getByRole('form', { name: 'Deposit to the pool' })
  await deposit.getByRole('textbox', { name: /^Amount/ }).fill('999999999')
  await expect(deposit.getByText(/Your wallet can deposit at most/)).toBeVisible()
  await deposit.getByRole('textbox', { name: /^Amount/ }).fill('1000')
  await deposit.getByRole('button', { name: /^Deposit 1\s000\.00 USDC/ }).click()
  await expect(requests(page).nth(1)).toContainText(/Deposit.*\$1\s000\.00/)
  // The keeper mints the shares with the next price.
  await expect(requests(page).nth(1)).toContainText(/\d shares/)
  await expect(figure(page, 'Deposited')).toHaveText(/\$1\s000\.00/)

  await deposit.getByText('From the exchange').click()
  await deposit.getByRole('textbox', { name: /^Amount/ }).fill('250.5')
  await deposit.getByRole('button', { name: /^Deposit 250\.50 USDC/ }).click()
  await expect(figure(page, 'Deposited')).toHaveText(/\$1\s250\.50/)

  await page.getByText('Leave', { exact: true }).click()
  const leave = page.getByRole('form', { name: 'Leave the pool' })
  await leave.getByRole('textbox', { name: /^Shares/ }).fill('999999')
  await expect(leave.getByText(/^You have .* shares\.$/)).toBeVisible()
  await leave.getByRole('textbox', { name: /^Shares/ }).fill('400')
  await leave.getByRole('button', { name: /^Leave with 400\.00 shares/ }).click()

  // In one's own list, and in everybody's queue until the cooldown is over.
  await expect(requests(page).nth(1)).toContainText(/Exit.*400\.00 shares/)
  await expect(requests(page)).toHaveCount(4)
  const queued = page.getByRole('table', { name: 'Requests that wait' }).getByRole('row', { name: /You/ })
  await expect(queued).toContainText(/Exit.*400\.00 shares.*in 0\d:\d\d/)
  await expect(figure(page, 'Set aside for exits')).toHaveText('400.00')
  expect(Math.abs(amountOf(await figure(page, 'Worth now').textContent()) - 1_250.5)).toBeLessThan(5)
})

for (const theme of ['dark', 'light'] as const) {
  test(`the pool is accessible, wide and on a phone, ${theme}`, async ({ page, baseURL }) => {
    const value = encodeURIComponent(JSON.stringify({ version: 1, theme }))
    await page.context().addCookies([{ name: 'quantdesk-settings', value, url: baseURL ?? '' }])
    await page.goto('/pool')
    await expect(page.getByRole('table', { name: 'Exposure of the pool by market' })).toContainText('ETH-PERP')
    await expect(page.getByRole('region', { name: 'Proof of solvency' })).toContainText('Solvent')
    expect(await violations(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await expect(page.getByRole('button', { name: 'Connect a wallet' })).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violations(page)).toEqual([])
  })
}
