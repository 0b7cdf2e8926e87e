import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

test('from a first visit to a closed 5x long, with a reload in between', async ({ page }) => {
  const trader = new Trader(page)
  const clicks = await countClicks(page)
  await trader.visit()
  await trader.onboard()

  // The fifth click sends the order: 5x is the ticket's own leverage, and the slider's end is all of it.
  await trader.ticket.getByRole('button', { name: 'Max' }).click()
  await expect(trader.submit).toHaveText(/^Buy [\d.\u202f]+ SOL · \$/)
  await trader.submit.click()
  const toast = trader.toast(/^Buy/)
  await expect(toast.getByText(/Confirmed in \d+ ms/)).toBeVisible()
  await expect(toast.getByText(/Filled at \d+\.\d\d/)).toBeVisible()
  expect(await clicks()).toBeLessThanOrEqual(5)

  const position = trader.position()
  await expect(position).toContainText('5×')
  await expect(trader.figure('Leverage')).toHaveText(/^(4\.9|5\.0)\d×$/)

  // The profit moves with the price.
  const profit = position.getByTestId('pnl')
  const before = await profit.textContent()
  await expect(profit).not.toHaveText(before ?? '')

  await page.reload()
  await expect(position).toBeVisible()
  await expect(page.getByRole('button', { name: /^Wallet/ })).toBeVisible()

  await position.getByRole('button', { name: 'Close SOL-PERP' }).click()
  await page.getByRole('menuitem', { name: 'Close all' }).click()
  const dialog = page.getByRole('dialog', { name: 'Close SOL-PERP long' })
  await expect(dialog).toContainText('Worst price')
  await dialog.getByRole('button', { name: /^Close \d/ }).click()

  const closing = trader.toast(/^Close/)
  await expect(closing).toContainText(/Closed: realised [+−]?\$[\d.\u202f]+, fees −\$[\d.\u202f]+, funding .*, net/)
  await expect(position).toBeHidden()

  await trader.tab('Fills').click()
  const fills = page.getByRole('table', { name: 'Fills', exact: true }).getByRole('row')
  await expect(fills).toHaveCount(3)
  await expect(fills.nth(1)).toContainText('Sell')
  await expect(fills.nth(2)).toContainText('Buy')
})

/** Counts real clicks of the page, also those before a reload. */
async function countClicks(page: import('@playwright/test').Page): Promise<() => Promise<number>> {
  let clicks = 0
  await page.exposeFunction('countClick', () => {
    clicks += 1
  })
  await page.addInitScript(() => {
    addEventListener(
      'click',
      (event) => event.isTrusted && event.detail > 0 && Reflect.get(window, 'countClick')(),
      true,
    )
  })
  return async () => clicks
}
