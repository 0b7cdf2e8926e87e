import { expect, type Locator, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'
import { violations } from './violations.ts'

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const lineBeforeTicket = (page: Page) => page.getByRole('separator', { name: /and Order, Account$/ })
const widthOf = async (element: Locator) => (await element.boundingBox())?.width ?? 0

async function chooseLayout(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Layout/ }).click()
  await page.getByRole('menu').getByText(name).click()
  await page.keyboard.press('Escape')
}

test('a panel is carried elsewhere, costs nothing that was typed, and is there after a reload', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.size.fill('7')
  const chart = panel(page, 'Chart')
  const tab = page.getByRole('tab', { name: 'Trades' })
  const [from, to] = [await tab.boundingBox(), await chart.boundingBox()]
  if (from === null || to === null) throw new Error('no place to drag from or to')
  await expect(async () => {
    await page.mouse.move(from.x + 10, from.y + 10)
    await page.mouse.down()
    await page.mouse.move(to.x + to.width / 2, to.y + to.height - 60, { steps: 8 })
    await page.mouse.up()
    await expect(panel(page, 'Trades')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await expect(panel(page, 'Order book')).toBeVisible()
  await expect(trader.size).toHaveValue('7')
  const [below, above] = [await panel(page, 'Trades').boundingBox(), await chart.boundingBox()]
  expect(below?.y).toBeGreaterThan(above?.y ?? 0)

  await page.reload()
  await expect(panel(page, 'Trades')).toBeVisible()
  await chooseLayout(page, /^Reset this layout/)
  await expect(panel(page, 'Trades')).toBeHidden()
})

test('without a pointer: lines move, tabs change, panels move, hide and come back', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  const line = lineBeforeTicket(page)
  await line.focus()
  const before = await widthOf(trader.ticket)
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => widthOf(trader.ticket)).toBeGreaterThan(before + 80)
  await page.keyboard.press('End')
  await expect.poll(() => widthOf(trader.ticket)).toBeLessThan(before)

  await page.getByRole('tab', { name: 'Book' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Trades' })).toBeFocused()
  await expect(panel(page, 'Trades')).toBeVisible()

  await page.getByRole('button', { name: /^Move or hide Trades/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Split off below' }).press('Enter')
  await expect(panel(page, 'Order book')).toBeVisible()
  await expect(panel(page, 'Trades')).toBeVisible()

  await page.getByRole('button', { name: /^Move or hide Trades/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Hide Trades' }).press('Enter')
  await expect(panel(page, 'Trades')).toBeHidden()
  await page.getByRole('button', { name: /^Layout/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemcheckbox', { name: 'Trades' }).press('Enter')
  await page.keyboard.press('Escape')
  await expect(panel(page, 'Trades')).toBeVisible()
})

test('each width of the window has a layout of its own', async ({ page }) => {
  await page.goto('/trade/SOL-PERP')
  await expect(panel(page, 'Depth')).toBeHidden()
  await chooseLayout(page, /^Book first/)
  await expect(panel(page, 'Depth')).toBeVisible()
  await page.setViewportSize({ width: 1000, height: 760 })
  await expect(panel(page, 'Depth')).toBeHidden()
  await page.setViewportSize({ width: 1440, height: 900 })
  await expect(panel(page, 'Depth')).toBeVisible()
})

test('a price taken from the chart brings a ticket forward that stands behind another panel', async ({
  page,
  baseURL,
}) => {
  const layouts = { wide: 'row(chart*+depth@1fr~account*+ticket@312px)' }
  const value = encodeURIComponent(JSON.stringify({ version: 2, layouts }))
  await page.context().addCookies([{ name: 'quantdesk-settings', value, url: baseURL ?? '' }])
  const trader = new Trader(page)
  await page.goto('/trade/SOL-PERP')
  await trader.oracle()
  await expect(trader.ticket).toBeHidden()
  const canvas = panel(page, 'Chart').getByRole('application')
  await expect(canvas.locator('canvas').first()).toBeVisible()
  await canvas.click({ button: 'right', position: { x: 300, y: 120 } })
  await page.getByRole('menuitem', { name: /^Put .* into the ticket/ }).click()
  await expect(trader.price).toBeVisible()
  await expect(trader.price).toHaveValue(/^\d/)
})

for (const [width, height] of [
  [1000, 760],
  [1440, 900],
  [1920, 1080],
] as const) {
  test(`every panel of the first answer stands where it stays, ${width} wide`, async ({ page, browser, baseURL }) => {
    const places = (from: Page) =>
      from.locator('[data-panel]:visible').evaluateAll((panels) =>
        panels.map((element) => {
          const { x, y, width: wide, height: high } = element.getBoundingClientRect()
          return `${(element as HTMLElement).dataset.panel} ${x},${y} ${wide}×${high}`
        }),
      )
    await page.setViewportSize({ width, height })
    await new Trader(page).visit()
    const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled: false })
    const bare = await context.newPage()
    await bare.goto(`${baseURL}/trade/SOL-PERP`)
    const first = await places(bare)
    await context.close()
    expect(first.length).toBeGreaterThanOrEqual(5)
    expect(await places(page)).toEqual(first)
  })
}

for (const colors of ['green-red', 'blue-orange'] as const) {
  test(`every panel at once is accessible, ${colors}, dark and light`, async ({ page, baseURL }) => {
    await page.setViewportSize({ width: 1920, height: 1080 })
    for (const theme of ['dark', 'light'] as const) {
      const value = encodeURIComponent(JSON.stringify({ version: 2, theme, colors }))
      await page.context().addCookies([{ name: 'quantdesk-settings', value, url: baseURL ?? '' }])
      await new Trader(page).visit()
      await expect(page.getByRole('application', { name: /^Depth curve/ })).toBeVisible()
      expect(await violations(page), theme).toEqual([])
    }
  })
}
