import { expect, type Page, test } from '@playwright/test'
import { installTestWallet } from './test-wallet.ts'
import { Trader } from './trader.ts'

async function connect(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page
    .getByRole('dialog', { name: 'Connect a wallet' })
    .getByRole('button', { name: new RegExp(name) })
    .click()
}

test('a wallet that refuses to connect leaves the choice open, and can be asked again', async ({ page }) => {
  const wallet = await installTestWallet(page)
  const trader = new Trader(page)
  await trader.visit()
  wallet.refuse('connect')
  await connect(page, wallet.name)
  const dialog = page.getByRole('dialog', { name: 'Connect a wallet' })
  await expect(dialog.getByRole('alert')).toContainText('did not connect')
  wallet.refuse(null)
  await dialog.getByRole('button', { name: new RegExp(wallet.name) }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: new RegExp(`^Wallet ${wallet.address.slice(0, 4)}`) })).toBeVisible()

  await page.reload()
  await expect(page.getByRole('button', { name: /^Wallet/ })).toBeVisible()
})

test('a wallet that refuses to sign returns to the form with nothing lost', async ({ page }) => {
  const wallet = await installTestWallet(page)
  const trader = new Trader(page)
  await trader.visit()
  await connect(page, wallet.name)
  await trader.steps.getByRole('button', { name: 'Get test funds' }).click()

  wallet.refuse('sign')
  await trader.account.getByRole('button', { name: 'Deposit' }).click()
  const dialog = page.getByRole('dialog', { name: 'Deposit collateral' })
  await dialog.getByRole('textbox', { name: /^Amount/ }).fill('1234.5')
  await dialog.getByRole('button', { name: /^Deposit 1/ }).click()
  await expect(dialog.getByRole('alert')).toContainText('did not sign. Nothing was sent')
  await expect(dialog.getByRole('textbox', { name: /^Amount/ })).toHaveValue('1234.5')

  wallet.refuse(null)
  await dialog.getByRole('button', { name: /^Deposit 1/ }).click()
  await expect(dialog).toBeHidden()
  await expect(trader.figure('Equity')).toHaveText('$1 234.50')

  wallet.refuse('sign')
  await trader.size.fill('2.5')
  await trader.submit.click()
  await expect(trader.toast(/^Buy 2\.50 SOL/)).toContainText('did not sign. Nothing was sent')
  await expect(trader.size).toHaveValue('2.5')
  await expect(trader.submit).toBeEnabled()

  wallet.refuse(null)
  await trader.submit.click()
  await expect(trader.position()).toContainText('2.50 SOL')
})
