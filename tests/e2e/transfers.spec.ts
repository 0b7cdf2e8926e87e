import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

test('collateral goes in and out, and no more than the positions leave free', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()

  await trader.account.getByRole('button', { name: 'Deposit' }).click()
  let dialog = page.getByRole('dialog', { name: 'Deposit collateral' })
  await dialog.getByText('SOL', { exact: true }).first().click()
  await dialog.getByRole('textbox', { name: /^Amount/ }).fill('2')
  await dialog.getByRole('button', { name: 'Deposit 2.00 SOL' }).click()
  await expect(dialog).toBeHidden()

  await trader.buyAtMarket('60')
  await trader.account.getByRole('button', { name: 'Withdraw' }).click()
  dialog = page.getByRole('dialog', { name: 'Withdraw to your wallet' })
  await dialog.getByRole('textbox', { name: /^Amount/ }).fill('999999')
  await expect(dialog.getByText(/can be withdrawn\. The rest is margin/)).toBeVisible()
  await dialog.getByRole('textbox', { name: /^Amount/ }).fill('250.5')
  await dialog.getByRole('button', { name: 'Withdraw 250.50 USDC' }).click()
  await expect(dialog).toBeHidden()

  await trader.account.getByRole('button', { name: 'Withdraw' }).click()
  await dialog.getByText('SOL', { exact: true }).first().click()
  await dialog.getByRole('button', { name: 'Max' }).click()
  await dialog.getByRole('button', { name: 'Withdraw 2.00 SOL' }).click()
  await expect(dialog).toBeHidden()

  await trader.tab('Transfers').click()
  const rows = page.getByRole('table', { name: 'Transfers', exact: true }).getByRole('row')
  await expect(rows).toHaveCount(5)
  await expect(rows.nth(1)).toContainText(/Withdrawal.*−2\.00 SOL/)
  await expect(rows.nth(2)).toContainText(/Withdrawal.*−250\.50 USDC/)
  await expect(rows.nth(3)).toContainText(/Deposit.*\+2\.00 SOL/)
  await expect(rows.nth(4)).toContainText(/Deposit.*\+5\s000\.00 USDC/)
})
