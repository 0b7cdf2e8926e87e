import { expect, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'
import { violations } from './violations.ts'

async function withTheme(page: Page, theme: 'dark' | 'light', baseURL: string | undefined): Promise<void> {
  const value = encodeURIComponent(
    JSON.stringify({ version: 1, theme, colors: 'green-red', interval: '15m', bookGrouping: {} }),
  )
  await page.context().addCookies([{ name: 'quantdesk-settings', value, url: baseURL ?? '' }])
}

for (const theme of ['dark', 'light'] as const) {
  test(`the terminal is accessible, ${theme}: empty, with a position, and with a dialog open`, async ({
    page,
    baseURL,
  }) => {
    await withTheme(page, theme, baseURL)
    const trader = new Trader(page)
    await trader.visit()
    expect(await violations(page)).toEqual([])
    await trader.onboard()
    const position = await trader.buyAtMarket('3')
    await expect(position).toBeVisible()
    expect(await violations(page)).toEqual([])
    await trader.account.getByRole('button', { name: 'Deposit' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await violations(page)).toEqual([])
  })
}

for (const theme of ['dark', 'light'] as const) {
  test(`the ticket of every kind, the orders table and its dialogs are accessible, ${theme}`, async ({
    page,
    baseURL,
  }) => {
    test.setTimeout(180_000)
    await withTheme(page, theme, baseURL)
    const trader = new Trader(page)
    await trader.visit()
    await trader.onboard()
    for (const kind of ['Limit', 'Stop', 'Trailing', 'Take profit', 'OCO', 'Scaled', 'Pegged']) {
      await trader.choose(kind)
      expect(await violations(page), kind).toEqual([])
    }
    await trader.field('Offset').fill('-3')
    await trader.size.fill('2')
    await trader.ticket.getByText('Take profit / stop loss').click()
    await trader.field('Stop loss').fill('1')
    expect(await violations(page)).toEqual([])
    await trader.send(/^Pegged buy/)
    await trader.tab('Orders').click()
    await expect(trader.order(/^pegged limit buy/)).toBeVisible()
    expect(await violations(page)).toEqual([])
    await trader
      .order(/^pegged limit buy/)
      .getByRole('button', { name: /^Modify/ })
      .click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await violations(page)).toEqual([])
  })
}

for (const theme of ['dark', 'light'] as const) {
  test(`anybody sees whether the exchange is solvent, wide and on a phone, ${theme}`, async ({ page, baseURL }) => {
    await withTheme(page, theme, baseURL)
    await page.goto('/status')
    const solvency = page.getByRole('region', { name: 'Proof of solvency' })
    await expect(solvency).toContainText('Solvent')
    await expect(solvency.getByRole('row', { name: /^USDC/ })).toContainText(/[1-9]/)
    await expect(
      page.getByRole('region', { name: 'Liquidity pool' }).getByRole('row', { name: /^ETH-PERP/ }),
    ).toBeVisible()
    await expect(page.getByRole('region', { name: 'Funding' }).getByRole('row', { name: /^ETH-PERP/ })).toBeVisible()
    expect(await violations(page)).toEqual([])

    await page.setViewportSize({ width: 390, height: 844 })
    await expect(page.getByRole('link', { name: 'Trade' })).toBeVisible()
    await expect(
      page.getByRole('region', { name: 'Liquidity pool' }).getByRole('row', { name: /^ETH-PERP/ }),
    ).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violations(page)).toEqual([])
  })
}

test('a market that does not exist says so and names those that do', async ({ page }) => {
  await page.goto('/trade/DOGE-PERP')
  await expect(page.getByRole('heading', { name: /There is no market/ })).toBeVisible()
  await expect(page.getByRole('link', { name: /SOL-PERP/ })).toBeVisible()
})

test('BTC and ETH trade like SOL', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit('ETH-PERP')
  await trader.onboard()
  await trader.size.fill('0.1')
  await trader.submit.click()
  await expect(trader.position('ETH-PERP')).toContainText('0.100 ETH')
  await page.goto('/trade/BTC-PERP')
  await trader.size.fill('0.01')
  await trader.submit.click()
  await expect(trader.position('BTC-PERP')).toContainText('0.0100 BTC')
  await expect(trader.position('ETH-PERP')).toBeVisible()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the whole trade fits, in a sheet and cards', async ({ page }) => {
    await page.goto('/trade/SOL-PERP')
    const trader = new Trader(page)
    await page.getByRole('button', { name: 'Buy / Long' }).tap()
    await trader.onboard()
    await trader.size.fill('3')
    await trader.submit.tap()
    await expect(trader.toast(/^Buy/).getByText(/Filled at/)).toBeVisible()
    await expect(page.getByRole('dialog')).toBeHidden()
    const card = page.getByRole('list', { name: 'Positions' }).getByRole('listitem')
    await expect(card).toContainText('Long 3.00 SOL')
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    expect(await violations(page)).toEqual([])
    await card.getByRole('button', { name: 'Close SOL-PERP' }).tap()
    await page.getByRole('menuitem', { name: 'Close all' }).tap()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Close \d/ })
      .tap()
    await expect(card).toBeHidden()
  })
})
