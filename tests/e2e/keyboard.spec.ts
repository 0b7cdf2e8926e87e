import { expect, type Locator, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'

const MOST_TABS = 80

/** Tabs until `wanted` has the focus, as somebody without a pointer reaches it. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const target = await wanted.elementHandle()
  for (let presses = 0; presses < MOST_TABS; presses++) {
    if (await page.evaluate((element) => document.activeElement === element, target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${wanted.toString()} is not reached by ${MOST_TABS} presses of Tab`)
}

test('a whole trade with the keyboard alone: from the first visit to a closed position', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  for (const name of ['Create dev wallet', 'Get test funds', 'Deposit']) {
    const step = trader.steps.getByRole('button', { name, exact: true })
    await expect(step).toBeEnabled()
    await tabTo(page, step)
    await page.keyboard.press('Enter')
  }
  await expect(trader.steps).toBeHidden()

  await tabTo(page, trader.ticket.getByRole('radio', { name: 'Buy / Long' }))
  await page.keyboard.press('ArrowRight')
  await expect(trader.ticket.getByRole('radio', { name: 'Sell / Short' })).toBeChecked()
  await tabTo(page, trader.size)
  await page.keyboard.type('3')
  await page.keyboard.press('Enter')
  await expect(trader.toast(/^Sell/).getByText(/Filled at/)).toBeVisible()
  const position = trader.position()
  await expect(position).toContainText('3.00 SOL')

  await tabTo(page, position.getByRole('button', { name: 'Close SOL-PERP' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.press('End')
  await expect(page.getByRole('menuitem', { name: 'Close all' })).toBeFocused()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Close SOL-PERP short' })
  await expect(dialog).toBeVisible()
  await tabTo(page, dialog.getByRole('button', { name: /^Close \d/ }))
  await page.keyboard.press('Enter')
  await expect(trader.toast(/^Close/)).toContainText('Closed: realised')
  await expect(position).toBeHidden()
})
