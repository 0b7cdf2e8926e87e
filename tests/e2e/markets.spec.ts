import { expect, type Page, test } from '@playwright/test'
import { violations } from './violations.ts'

const rows = (page: Page) => page.getByRole('table', { name: 'Markets' }).getByRole('row')
const row = (page: Page, market: string) => rows(page).filter({ has: page.getByRole('link', { name: market }) })

test('the first answer already holds every market with its price', async ({ request }) => {
  const html = await (await request.get('/markets')).text()
  for (const market of ['SOL-PERP', 'BTC-PERP', 'ETH-PERP']) expect(html).toContain(`href="/trade/${market}"`)
  expect(html.replaceAll('\u202f', '')).toMatch(/>\d{5,6}\.\d</)
})

test('markets are found by name, sorted by a figure, and lead to their terminal', async ({ page }) => {
  await page.goto('/markets')
  await expect(rows(page)).toHaveCount(4)
  await expect(row(page, 'BTC-PERP').locator('svg path').last()).toBeAttached()

  await page.getByRole('button', { name: 'Market', exact: true }).click()
  await expect(rows(page).nth(1)).toContainText('BTC-PERP')
  await page.getByRole('button', { name: 'Price', exact: true }).click()
  await expect(page.getByRole('columnheader', { name: 'Price' })).toHaveAttribute('aria-sort', 'descending')
  await expect(rows(page).nth(3)).toContainText('SOL-PERP')
  await expect(page).toHaveURL(/sort=price/)

  await page.getByRole('searchbox', { name: 'Find a market' }).fill('et')
  await expect(rows(page)).toHaveCount(2)
  await page.getByRole('searchbox', { name: 'Find a market' }).fill('doge')
  await expect(page.getByText('No market is called “doge”')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Find a market' }).fill('eth')
  await page.getByRole('link', { name: 'ETH-PERP' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/trade\/ETH-PERP/)
})

test('a favourite comes first in the first answer of the next visit, and alone where only favourites are shown', async ({
  page,
}) => {
  await page.goto('/markets?sort=price')
  await expect(rows(page).nth(1)).toContainText('BTC-PERP')
  await page.getByRole('button', { name: 'Favourite SOL-PERP' }).click()
  await expect(rows(page).nth(1)).toContainText('SOL-PERP')
  const html = await (await page.request.get('/markets?sort=price')).text()
  expect(html.indexOf('/trade/SOL-PERP"')).toBeLessThan(html.indexOf('/trade/BTC-PERP"'))

  await page.reload()
  await page.getByText('Favourites', { exact: true }).click()
  await expect(rows(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Favourite SOL-PERP' }).click()
  await expect(page.getByText('No favourites yet')).toBeVisible()
})

test('without a line to the server the list says that it is the last known', async ({ page }) => {
  await page.route('**/stream.subscribe**', (route) => route.abort('connectionrefused'))
  await page.goto('/markets')
  await expect(page.getByText(/No connection to the exchange/)).toBeVisible()
  await expect(row(page, 'BTC-PERP')).toContainText(/\d\.\d/)
})

for (const theme of ['dark', 'light'] as const) {
  test(`the list is accessible, wide and on a phone, ${theme}`, async ({ page, baseURL }) => {
    const value = encodeURIComponent(JSON.stringify({ version: 1, theme }))
    await page.context().addCookies([{ name: 'quantdesk-settings', value, url: baseURL ?? '' }])
    await page.goto('/markets')
    await expect(row(page, 'ETH-PERP')).toContainText('$')
    expect(await violations(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await expect(row(page, 'ETH-PERP')).toContainText(/OI/)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violations(page)).toEqual([])
  })
}
