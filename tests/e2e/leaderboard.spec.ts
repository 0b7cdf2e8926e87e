import { expect, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'
import { violations } from './violations.ts'

const rows = (page: Page) => page.getByRole('table', { name: 'Traders' }).getByRole('row')

test('whoever has traded stands on the leaderboard, with the own row marked, and leads to the account', async ({
  page,
}) => {
  test.setTimeout(180_000)
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.buyAtMarket('10')
  await page.goto('/leaderboard?window=24h&sort=volume')
  const ownRow = rows(page).filter({ hasText: 'You' })
  await expect(ownRow).toHaveCount(1)
  await expect(ownRow).toHaveAttribute('aria-current', 'true')
  // The opening fill has cost its fee, and realised nothing else.
  await expect(ownRow).toContainText(/−\$\d+\.\d\d/)
  await expect(ownRow).toContainText(/\$\d+\.\d\d?K/)
  await expect(ownRow.getByRole('link')).toHaveAttribute('href', /^\/portfolio\/[1-9A-HJ-NP-Za-km-z]{32,44}$/)

  await page.getByRole('button', { name: 'Realised PnL' }).click()
  await expect(page).not.toHaveURL(/sort=volume/)
  await expect(page.getByRole('columnheader', { name: 'Realised PnL' })).toHaveAttribute('aria-sort', 'descending')
  await page.getByText('All time', { exact: true }).click()
  await expect(page).toHaveURL(/window=all/)
  await expect(ownRow).toHaveCount(1)

  const html = await (await page.request.get('/leaderboard?window=all')).text()
  expect(html).toContain('href="/portfolio/')
  expect(await violations(page)).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(await violations(page)).toEqual([])
})

test('the leaderboard is accessible in light', async ({ page, baseURL }) => {
  const value = encodeURIComponent(JSON.stringify({ version: 1, theme: 'light' }))
  await page.context().addCookies([{ name: 'quantdesk-settings', value, url: baseURL ?? '' }])
  await page.goto('/leaderboard')
  await expect(page.getByRole('region', { name: 'Definitions' })).toBeVisible()
  expect(await violations(page)).toEqual([])
})
