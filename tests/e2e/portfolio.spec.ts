import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { amountOf, Trader } from './trader.ts'
import { violations } from './violations.ts'

/** A dev wallet that bought and sold again: flat, with what the round trip cost. @returns its address. */
async function roundTrip(page: Page): Promise<string> {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  const position = await trader.buyAtMarket('5')
  await position.getByRole('button', { name: 'Close SOL-PERP' }).click()
  await page.getByRole('menuitem', { name: 'Close all' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Close \d/ })
    .click()
  await expect(position).toBeHidden()
  await page.getByRole('link', { name: 'Portfolio' }).click()
  await page.getByRole('button', { name: /^Wallet/ }).click()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('menuitem', { name: 'Copy address' }).click()
  return page.evaluate(() => navigator.clipboard.readText())
}

const calendar = (page: Page) => page.getByRole('region', { name: 'Calendar' })

test('calendar, fills, file and account agree to the cent', async ({ page }) => {
  await roundTrip(page)
  const total = page.getByTestId('calendar-total')
  await expect(total).toHaveText(/^−\$/)
  const net = amountOf(await total.textContent())

  // The account is flat: it is worth what came in and what was made of it.
  await expect(page.getByTestId('equity')).toHaveText(/^\$4\s99\d\.\d\d$/)
  expect(amountOf(await page.getByTestId('equity').textContent())).toBeCloseTo(5_000 + net, 2)

  // Behind the day stand the fills that make it.
  await calendar(page).getByRole('button', { name: /−\$/ }).click()
  const rows = calendar(page).getByRole('table', { name: 'Fills' }).getByRole('row')
  await expect(rows).toHaveCount(3)
  const cells = await rows.nth(1).getByRole('cell').allTextContents()
  expect(cells.join(' ')).toMatch(/SOL-PERP.*Sell/)

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('button', { name: /^Export/ })
      .click()
      .then(() => page.getByRole('menuitem', { name: 'Everything' }).click()),
  ])
  expect(download.suggestedFilename()).toMatch(/^quantdesk-\w{8}\.csv$/)
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  const columns = lines[0]?.split(',') ?? []
  const file = lines.slice(1).map((line) => Object.fromEntries(line.split(',').map((cell, at) => [columns[at], cell])))
  expect(file.map(({ type, side, asset, amount }) => [type, side, asset, amount])).toEqual([
    ['deposit', '', 'USDC', '5000'],
    ['fill', 'buy', '', ''],
    ['fill', 'sell', '', ''],
  ])
  const micros = (text: string | undefined): number => Math.round(Number(text) * 1e6)
  expect(file.reduce((sum, row) => sum + micros(row.net_usdc), 0) / 1e6).toBeCloseTo(net, 2)
  for (const row of file) {
    const parts = micros(row.realised_pnl_usdc) + micros(row.funding_usdc) + micros(row.other_usdc)
    expect(parts - micros(row.fee_usdc) - micros(row.interest_usdc)).toBe(micros(row.net_usdc))
  }

  const statistics = page.getByRole('region', { name: 'Statistics' })
  await expect(statistics).toContainText(/Trades\s*1/)
  await statistics.getByText('What these mean').click()
  await expect(statistics.getByText(/from flat to flat/)).toBeVisible()
})

test('another’s portfolio can be looked at and not touched', async ({ page, browser, baseURL }) => {
  const address = await roundTrip(page)
  const context = await browser.newContext({ baseURL: baseURL ?? '' })
  const visitor = await context.newPage()
  // The first answer has the figures already.
  const html = await (await context.request.get(`/portfolio/${address}`)).text()
  expect(html).toMatch(/data-testid="calendar-total">−\$\d\.\d\d</)
  await visitor.goto(`/portfolio/${address}`)
  await expect(visitor.getByRole('note')).toContainText(`Read only: ${address}`)
  await expect(visitor.getByTestId('equity')).toHaveText(/^\$4\s99\d\.\d\d$/)
  await visitor.getByRole('tab', { name: 'Fills' }).click()
  await expect(visitor.getByRole('table', { name: 'Fills' }).getByRole('row')).toHaveCount(3)
  await expect(visitor.getByRole('button', { name: /^(Close|Cancel|Reverse|Modify|Deposit|Withdraw)/ })).toHaveCount(0)
  const fee = visitor.getByRole('table', { name: 'Fills' }).getByRole('columnheader', { name: 'Fee' })
  await fee.getByRole('button').click()
  await expect(fee).toHaveAttribute('aria-sort', 'descending')
  await visitor.goto('/portfolio/nobody')
  await expect(visitor.getByRole('heading', { name: 'This page does not exist' })).toBeVisible()
  await visitor.goto('/profile')
  await expect(visitor).toHaveURL(/\/portfolio$/)
  await expect(visitor.getByText('Connect a wallet to see its portfolio')).toBeVisible()
  await context.close()
})

/** What was traded before still tells of itself, and fades. */
const TOASTS = { except: '[data-sonner-toaster]' }

for (const theme of ['dark', 'light'] as const) {
  test(`the portfolio is accessible, wide and on a phone, ${theme}`, async ({ page, baseURL }) => {
    const value = encodeURIComponent(JSON.stringify({ version: 2, theme }))
    await page.context().addCookies([{ name: 'quantdesk-settings', value, url: baseURL ?? '' }])
    await page.goto('/portfolio')
    await expect(page.getByText('Connect a wallet to see its portfolio')).toBeVisible()
    expect(await violations(page, TOASTS)).toEqual([])
    await roundTrip(page)
    await expect(page.getByTestId('calendar-total')).toHaveText(/^−\$/)
    expect(await violations(page, TOASTS)).toEqual([])
    await page.getByText('Year', { exact: true }).click()
    await calendar(page).getByRole('button', { name: /−\$/ }).click()
    await expect(calendar(page).getByRole('table', { name: 'Fills' })).toBeVisible()
    expect(await violations(page, TOASTS)).toEqual([])
    await page.getByRole('button', { name: 'Share' }).click()
    const picture = page.getByRole('dialog').getByRole('img', { name: /Win rate/ })
    await expect(picture).toBeVisible()
    // Painted, not an empty canvas: its first corner has the page's colour.
    const corner = () =>
      picture.evaluate((canvas: HTMLCanvasElement) => canvas.getContext('2d')?.getImageData(2, 2, 1, 1).data[3])
    await expect.poll(corner).toBe(255)
    expect(await violations(page, TOASTS)).toEqual([])
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violations(page, TOASTS)).toEqual([])
  })
}
