import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

test('a second sub-account, locked to one market, trades by itself and stays chosen', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.buyAtMarket('3')

  await trader.account.getByRole('button', { name: 'Sub-accounts', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Sub-accounts' })
  await dialog.getByRole('button', { name: 'New sub-account' }).click()
  await dialog.getByRole('button', { name: /^May trade/ }).click()
  await page.getByRole('menuitemradio', { name: 'Only SOL-PERP' }).click()
  await dialog.getByRole('textbox', { name: /^First collateral/ }).fill('500')
  await dialog.getByRole('button', { name: 'Open it' }).click()
  const second = dialog.getByRole('listitem', { name: 'Sub-account 1' })
  await expect(second).toContainText('SOL-PERP only')
  await expect(second).toContainText('$500.00')
  await expect(second.getByRole('button', { name: 'In use' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Close', exact: true }).first().click()

  // It begins with nothing but what it was given.
  await expect(trader.figure('Equity')).toHaveText('$500.00')
  await expect(page.getByText('No open positions')).toBeVisible()
  await trader.size.fill('2')
  await trader.ticket.getByText('Sell / Short').click()
  await trader.submit.click()
  await expect(trader.toast(/^Sell/).getByText(/Filled at/)).toBeVisible()
  await expect(trader.position()).toContainText('−2.00 SOL')

  // The choice outlives the page, and the other account is as it was.
  await page.reload()
  await expect(trader.position()).toContainText('−2.00 SOL')
  await trader.account.getByRole('button', { name: /^Sub-account: #1/ }).click()
  await page.getByRole('menuitemradio', { name: /^Sub-account 0/ }).click()
  await expect(trader.position()).toContainText('3.00 SOL')

  // Locked to SOL: the ticket of another market says so, and nothing can be sent.
  await trader.account.getByRole('button', { name: /^Sub-account: #0/ }).click()
  await page.getByRole('menuitemradio', { name: /^Sub-account 1/ }).click()
  await page.goto('/trade/ETH-PERP')
  await expect(trader.ticket.getByText(/locked to SOL-PERP/)).toBeVisible()
  await expect(trader.submit).toBeDisabled()
})

test('margin is added to a position out of another sub-account, and its liquidation price moves away', async ({
  page,
}) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.account.getByRole('button', { name: 'Sub-accounts', exact: true }).click()
  const accounts = page.getByRole('dialog', { name: 'Sub-accounts' })
  await accounts.getByRole('button', { name: 'New sub-account' }).click()
  await accounts.getByRole('textbox', { name: /^First collateral/ }).fill('300')
  await accounts.getByRole('button', { name: 'Open it' }).click()
  await accounts.getByRole('listitem', { name: 'Sub-account 1' }).waitFor()
  await accounts.getByRole('button', { name: 'Close', exact: true }).first().click()
  await trader.buyAtMarket('10')

  await trader.position().getByRole('button', { name: 'Add margin to SOL-PERP' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^From/ }).click()
  await page.getByRole('menuitemradio', { name: 'Sub-account 0' }).click()
  await dialog.getByRole('textbox', { name: /^Amount/ }).fill('400')
  await expect(dialog.getByText('SOL-PERP liquidation')).toBeVisible()
  await dialog.getByRole('button', { name: 'Move 400.00 USDC' }).click()
  await expect(dialog).toBeHidden()
  await trader.tab('Transfers').click()
  const rows = page.getByRole('table', { name: 'Transfers', exact: true }).getByRole('row')
  await expect(rows.nth(1)).toContainText(/another sub-account/)
})
