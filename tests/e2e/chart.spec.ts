import { expect, type Locator, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'

let trader: Trader
let chart: Locator
test.beforeEach(async ({ page }) => {
  trader = new Trader(page)
  chart = page.getByRole('region', { name: 'Chart' })
  await trader.visit()
  await trader.onboard()
})

const away = (oracle: number, percent: number): string => (oracle * (1 + percent / 100)).toFixed(2)
const line = (name: string | RegExp): Locator => chart.getByRole('slider', { name })

/** Places an order of 2 SOL half a percent below the price: in sight on the chart, and not about to be reached. */
async function place(kind: 'Limit' | 'Stop'): Promise<Locator> {
  await trader.choose(kind)
  if (kind === 'Stop') await trader.ticket.getByText('Sell / Short').click()
  await trader.field(kind === 'Limit' ? 'Price' : 'Trigger').fill(away(await trader.oracle(), -0.5))
  await trader.size.fill('2')
  await trader.submit.click()
  const placed = line(kind === 'Limit' ? /^Limit buy 2\.00 SOL/ : /^Stop market sell 2\.00 SOL/)
  await expect(placed).toBeVisible()
  return placed
}

/** Takes hold of a line's tag and moves it, without letting go. */
async function pull(page: Page, placed: Locator, to: { by: number } | { y: number }): Promise<void> {
  const box = await placed.boundingBox()
  if (box === null) throw new Error('The line has no tag to take hold of')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x, 'by' in to ? y + to.by : to.y, { steps: 4 })
}

const priceOf = async (placed: Locator): Promise<string> => (await placed.getAttribute('aria-valuetext')) ?? ''

test('an order moves with its line, pulled or by keys; refused or let go with Escape, the line goes back', async ({
  page,
}) => {
  const limit = await place('Limit')
  const placed = await priceOf(limit)
  await pull(page, limit, { by: 30 })
  await page.mouse.up()
  await expect(trader.toast(/^Move limit buy to/).getByText(/Confirmed/)).toBeVisible()
  const pulled = await priceOf(limit)
  expect(Number(pulled)).toBeLessThan(Number(placed))
  await trader.tab('Orders').click()
  await expect(trader.order(`limit buy 2.00 SOL at ${pulled}`)).toBeVisible()

  await limit.focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const moved = (Number(pulled) - 0.11).toFixed(2)
  await expect(trader.order(`limit buy 2.00 SOL at ${moved}`)).toBeVisible()
  await expect(limit).toHaveAttribute('aria-valuetext', moved)

  const { rpcUrl } = await (await page.request.get('/api/system/config')).json()
  await page.route(`${new URL(rpcUrl).origin}/**`, (route) => route.abort('connectionrefused'))
  await pull(page, limit, { by: 30 })
  await page.mouse.up()
  await expect(chart.getByRole('alert')).toContainText('Not moved. The chain cannot be reached')
  await expect(limit).toHaveAttribute('aria-valuetext', moved)

  await pull(page, limit, { by: 30 })
  await expect(limit).not.toHaveAttribute('aria-valuetext', moved)
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await expect(limit).toHaveAttribute('aria-valuetext', moved)
})

test('a line that may not go there says why on the way, and goes back when let go', async ({ page }) => {
  const stop = await place('Stop')
  const before = await priceOf(stop)
  const box = await chart.getByRole('application').boundingBox()
  await pull(page, stop, { y: (box?.y ?? 0) + 4 })
  await expect(chart.getByRole('status').getByText(/It must be below the price/)).toBeVisible()
  await page.mouse.up()
  await expect(chart.getByRole('alert')).toContainText('Not moved. It must be below the price')
  await expect(stop).toHaveAttribute('aria-valuetext', before)
})

test('a right click places an order at the price, of the size in the ticket', async ({ page }) => {
  const box = await chart.getByRole('application').boundingBox()
  // Below the lowest candle: the price scale keeps room for the volume there.
  const below = (share: number) => ({ x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) * share })
  await trader.size.fill('1.5')
  await chart.getByRole('application').click({ button: 'right', position: below(0.8) })
  const item = page.getByRole('menuitem', { name: /^Buy limit 1\.50 SOL at/ })
  const [, price = ''] = /at ([\d.]+)/.exec((await item.textContent()) ?? '') ?? []
  await item.click()
  await trader.tab('Orders').click()
  await expect(trader.order(`limit buy 1.50 SOL at ${price}`)).toBeVisible()

  await trader.size.fill('')
  await chart.getByRole('application').click({ button: 'right', position: below(0.87) })
  await page.getByRole('menuitem', { name: /^Sell stop at/ }).click()
  await expect(trader.size).toBeFocused()
  await expect(trader.field('Trigger')).not.toHaveValue('')
})

test('a price to be told of is a line: set by a right click, moved, and taken off', async ({ page }) => {
  const canvas = chart.getByRole('application')
  const box = await canvas.boundingBox()
  await canvas.click({ button: 'right', position: { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) * 0.8 } })
  await page.getByRole('menuitem', { name: /^Alert at/ }).click()
  const alert = line(/^Alert below/)
  const before = Number(await priceOf(alert))
  await alert.focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Enter')
  const moved = (before - 0.1).toFixed(2)
  await expect(alert).toHaveAttribute('aria-valuetext', moved)

  await page.reload()
  await expect(alert).toHaveAttribute('aria-valuetext', moved)
  await chart.getByRole('button', { name: /^Remove the alert at/ }).click()
  await expect(alert).toHaveCount(0)
})

test('a position gets its stop loss by a right click, and shows what it will cost', async ({ page }) => {
  await trader.buyAtMarket('3')
  const box = await chart.getByRole('application').boundingBox()
  const low = { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) * 0.85 }
  await chart.getByRole('application').click({ button: 'right', position: low })
  await page.getByRole('menuitem', { name: /^Stop loss of the position/ }).click()
  await expect(line(/^Stop market sell 3\.00 SOL/)).toBeVisible()
  const lines = chart.getByRole('list', { name: 'Lines on the chart' })
  await expect(lines.getByRole('listitem').filter({ hasText: 'Stop market sell' })).toContainText(/−\$\d/)
  await expect(lines.getByText('Break-even')).toBeVisible()
})

test('take profit and stop loss of a ticket are pulled before it is sent', async ({ page }) => {
  await trader.size.fill('2')
  await trader.ticket.getByText('Take profit / stop loss').click()
  const at = away(await trader.oracle(), 1)
  await trader.field('Take profit').fill(at)
  const target = line(/^TP of the ticket/)
  await target.focus()
  await page.keyboard.press('Shift+ArrowUp')
  await expect(trader.field('Take profit')).toHaveValue((Number(at) + 0.1).toFixed(2).replace(/0$/, ''))
  await page.keyboard.press('Enter')
  await expect(trader.field('Take profit')).toHaveValue((Number(at) + 0.1).toFixed(2).replace(/0$/, ''))
})

test('indicators with their settings outlive a reload, each set-up with its own', async ({ page }) => {
  await chart.getByRole('button', { name: /^Indicators/ }).click()
  await page.getByRole('menuitem', { name: /^Exponential average/ }).click()
  await chart.getByText('EMA 21').hover()
  await chart.getByRole('button', { name: 'Settings of EMA 21' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Length' }).fill('34')
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await expect(chart.getByRole('list', { name: 'Indicators' })).toContainText(/EMA 34\s*\d+\.\d\d/)

  await chart.getByRole('button', { name: /^Chart set-up/ }).click()
  await page.getByRole('menuitem', { name: 'New from this…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Swing')
  await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click()
  await chart.getByRole('button', { name: '4h', exact: true }).click()
  await chart.getByRole('button', { name: /^Indicators/ }).click()
  await page.getByRole('menuitem', { name: /^Relative strength/ }).click()

  await page.goto('/trade/BTC-PERP')
  await expect(chart.getByRole('button', { name: '4h', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect(chart.getByRole('list', { name: 'Indicators' })).toContainText(/EMA 34.*RSI 14/)
  await chart.getByRole('button', { name: /^Chart set-up/ }).click()
  await page.getByRole('menuitemradio', { name: /^Standard/ }).click()
  await expect(chart.getByRole('button', { name: '15m', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect(chart.getByText('RSI 14')).toHaveCount(0)
  await expect(chart.getByText('EMA 34')).toBeVisible()
})

test('drawings outlive a reload, on their own market only', async ({ page }) => {
  const canvas = chart.getByRole('application')
  await chart.getByRole('button', { name: /^Drawings/ }).click()
  await page.getByRole('menuitem', { name: /^Trend line/ }).click()
  await expect(canvas).toBeFocused()
  await canvas.click({ position: { x: 200, y: 200 } })
  await canvas.click({ position: { x: 400, y: 120 } })
  // With the keys alone.
  await canvas.press('Alt+h')
  await canvas.press('ArrowUp')
  await canvas.press('Enter')

  await page.reload()
  await chart.getByRole('button', { name: /^Drawings/ }).click()
  await expect(page.getByRole('menuitem', { name: /^Remove trend line/ })).toBeVisible()
  await page.getByRole('menuitem', { name: /^Remove horizontal line/ }).click()

  await page.goto('/trade/BTC-PERP')
  await chart.getByRole('button', { name: /^Drawings/ }).click()
  await expect(page.getByRole('menuitem', { name: /^Trend line/ })).toBeVisible()
  await expect(page.getByRole('menuitem', { name: /^Remove/ })).toHaveCount(0)
})

test('the chart with all of it on gives a picture of itself', async ({ page }) => {
  await place('Limit')
  await chart.getByRole('button', { name: /^Indicators/ }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Funding rate' }).click()
  await page.keyboard.press('Escape')
  await chart.getByRole('button', { name: /^Picture of the chart/ }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Download the picture' }).click()
  expect((await download).suggestedFilename()).toMatch(/^SOL-PERP-15m-.*\.png$/)
})
