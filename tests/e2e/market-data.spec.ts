import { expect, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'

const market = (page: Page) => page.getByRole('region', { name: 'Market' })
const book = (page: Page) => page.getByRole('region', { name: 'Order book' })

test('prices move by themselves, with their age and source beside them', async ({ page }) => {
  await page.goto('/trade/SOL-PERP')
  await expect(page.getByRole('contentinfo')).toContainText('Live')
  await expect(market(page)).toContainText('Replay')
  await expect(page).toHaveTitle(/^\d+\.\d\d SOL-PERP/)
  const before = await page.title()
  await expect.poll(() => page.title()).not.toBe(before)
})

test('the first answer already holds prices, before any script has run', async ({ request }) => {
  const html = await (await request.get('/trade/BTC-PERP')).text()
  expect(html).toMatch(/24 h change/)
  expect(html.replaceAll('\u202f', '')).toMatch(/>\d{5,6}\.\d</)
})

test('a price of the book goes into the ticket, by pointer and by keyboard', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  const table = book(page).getByRole('table')
  await expect(table.getByRole('button').first()).toBeAttached()
  await book(page)
    .locator('canvas')
    .first()
    .click({ position: { x: 60, y: 150 } })
  await expect(trader.price).toHaveValue(/^\d+\.?\d*$/)
  const clicked = await trader.price.inputValue()

  const worst = table.getByRole('button').last()
  await worst.focus()
  await expect(table).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(trader.price).not.toHaveValue(clicked)
})

test('candle length lives in the address and is remembered', async ({ page }) => {
  await page.goto('/trade/SOL-PERP')
  await page.getByRole('button', { name: '1h', exact: true }).click()
  await expect(page).toHaveURL(/interval=1h/)
  await page.goto('/trade/ETH-PERP')
  await expect(page.getByRole('button', { name: '1h', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByText(/Newest 1h candle of ETH-PERP/)).toBeAttached()
})

test('history loads while the chart moves to the left', async ({ page }) => {
  await page.goto('/trade/SOL-PERP?interval=1m')
  const chart = page.getByRole('application')
  await expect(chart.locator('canvas').first()).toBeVisible()
  let older = false
  page.on('request', (request) => {
    older ||= decodeURIComponent(request.url()).includes('"before"')
  })
  await chart.focus()
  await expect
    .poll(async () => {
      await page.keyboard.press('ArrowLeft')
      return older
    })
    .toBe(true)
})

test('another market is three keys away', async ({ page }) => {
  await page.goto('/trade/SOL-PERP')
  const change = page.getByRole('button', { name: /^Change market/ })
  await change.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('searchbox', { name: 'Find a market' })).toBeFocused()
  await page.keyboard.type('eth')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/trade\/ETH-PERP/)
  await page.goto('/')
  await expect(page).toHaveURL(/\/trade\/ETH-PERP/)
})

test('the theme is in the first answer, so the page never flashes', async ({ page }) => {
  await page.goto('/trade/SOL-PERP')
  await page.getByRole('button', { name: /^Theme: Dark/ }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  const html = await (await page.request.get('/trade/SOL-PERP')).text()
  expect(html).toContain('data-theme="light"')
})

test('without a line to the server the page keeps its data, says how old it is, and recovers by itself', async ({
  page,
}) => {
  await page.route('**/stream.subscribe**', (route) => route.abort('connectionrefused'))
  await page.goto('/trade/SOL-PERP')
  const footer = page.getByRole('contentinfo')
  await expect(footer).toContainText('Offline')
  await expect(market(page)).toContainText(/\d+\.\d\d/)
  await expect(page.getByText(/No connection to the exchange/)).toBeVisible({ timeout: 30_000 })
  await page.unroute('**/stream.subscribe**')
  await expect(footer).toContainText('Live', { timeout: 40_000 })
  await expect(page.getByText(/No connection to the exchange/)).toBeHidden()
})
