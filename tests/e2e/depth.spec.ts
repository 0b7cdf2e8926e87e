import { expect, type Page, test } from '@playwright/test'
import { amountOf, Trader } from './trader.ts'

const curve = (page: Page) => page.getByRole('application', { name: /^Depth curve/ })

test('a range drawn on the depth curve becomes a scaled order, and the chain takes it', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.size.fill('8')
  await page.getByRole('tab', { name: 'Depth' }).click()
  await expect(curve(page)).toBeVisible()
  const box = await curve(page).boundingBox()
  if (box === null) throw new Error('the curve has no place')
  const x = (share: number) => box.x + box.width * share
  await expect(async () => {
    await page.mouse.move(x(0.4), box.y + 80)
    await expect(page.getByText('Can be sold')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await page.mouse.down()
  await page.mouse.move(x(0.2), box.y + 80, { steps: 5 })
  await expect(page.getByText('Scaled buy')).toBeVisible()
  await page.mouse.up()

  const [first, last] = [trader.field('From'), trader.field('To')]
  await expect(first).toHaveValue(/^\d/)
  const prices = [amountOf(await first.inputValue()), amountOf(await last.inputValue())]
  const oracle = await trader.oracle()
  expect(prices[0]).toBeLessThan(oracle)
  expect(prices[1]).toBeLessThan(prices[0] ?? 0)
  await expect(trader.size).toHaveValue('8')
  await trader.send(/^Scaled buy/)
  await page.getByRole('tab', { name: /^Orders\s*5/ }).click()
  await expect(trader.order(/limit buy/i)).toHaveCount(5)
})

test('the same by keyboard: the cursor moves, Shift marks, Enter lays the ladder; without a range it is a price', async ({
  page,
}) => {
  const trader = new Trader(page)
  await trader.visit()
  await page.getByRole('tab', { name: 'Depth' }).click()
  await expect(curve(page)).toBeVisible()
  await curve(page).focus()
  await expect(async () => {
    await page.keyboard.press('ArrowRight')
    await expect(page.getByText('Can be bought')).toBeVisible({ timeout: 500 })
  }).toPass()
  for (let step = 0; step < 10; step++) await page.keyboard.press('Shift+ArrowRight')
  await expect(page.getByText('Scaled sell')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(trader.field('From')).toHaveValue(/^\d/)
  await expect(trader.field('To')).toHaveValue(/^\d/)
  await expect(trader.ticket.getByRole('radio', { name: 'Sell / Short' })).toBeChecked()

  await page.keyboard.press('-')
  await expect(page.getByRole('button', { name: /^Reach of the depth curve/ })).toContainText('±2')
})
