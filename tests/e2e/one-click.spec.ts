import { expect, test } from '@playwright/test'
import { installTestWallet } from './test-wallet.ts'
import { Trader } from './trader.ts'

test('one-click trades go out without the wallet, survive a reload and a second tab, and end when revoked', async ({
  page,
  context,
}) => {
  test.setTimeout(150_000)
  const wallet = await installTestWallet(context)
  const trader = new Trader(page)
  await trader.visit()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(wallet.name) })
    .click()
  await trader.steps.getByRole('button', { name: 'Get test funds' }).click()
  await trader.steps.getByRole('button', { name: 'Deposit', exact: true }).click()
  await expect(trader.steps).toBeHidden()

  await trader.ticket.getByRole('button', { name: 'One-click trading' }).click()
  const dialog = page.getByRole('dialog', { name: 'One-click trading' })
  await dialog.getByRole('button', { name: 'Turn on one-click trading' }).click()
  await expect(dialog).toContainText('On: orders of this browser go out without asking the wallet')
  await expect(dialog).toContainText('$250.00 of $250.00')
  await dialog.getByRole('button', { name: 'Close' }).click()
  const chip = page.getByRole('button', { name: /^One-click · / })
  await expect(chip).toBeVisible()

  // From here on the wallet refuses everything: what trades is the key.
  wallet.refuse('sign')
  await trader.size.fill('2')
  await trader.submit.click()
  const bought = trader.toast(/^Buy 2\.00 SOL/)
  await expect(bought).toContainText('Signed by the trading key')
  await expect(trader.position()).toContainText('2.00 SOL')

  await page.reload()
  await expect(chip).toBeVisible()
  const tab = new Trader(await context.newPage())
  await tab.visit()
  await expect(tab.page.getByRole('button', { name: /^One-click · / })).toBeVisible()
  await tab.size.fill('1')
  await tab.submit.click()
  await expect(tab.position()).toContainText('3.00 SOL')
  await page.bringToFront()

  // It cannot take anything out: that asks the wallet, which refuses.
  await trader.account.getByRole('button', { name: 'Withdraw' }).click()
  const withdrawal = page.getByRole('dialog', { name: /^Withdraw/ })
  await withdrawal.getByRole('textbox', { name: /^Amount/ }).fill('10')
  await withdrawal.getByRole('button', { name: /^Withdraw 10/ }).click()
  await expect(withdrawal.getByRole('alert')).toContainText('did not sign')
  await withdrawal.getByRole('button', { name: 'Close' }).click()

  wallet.refuse(null)
  await chip.click()
  await dialog.getByRole('button', { name: 'Turn off and destroy the key' }).click()
  await expect(dialog.getByRole('button', { name: 'Turn on one-click trading' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(chip).toBeHidden()
  await expect(tab.page.getByRole('button', { name: /^One-click/, exact: false }).first()).toHaveText(
    'One-click trading',
  )
  wallet.refuse('sign')
  await trader.size.fill('1')
  await trader.submit.click()
  await expect(trader.toast(/^Buy 1\.00 SOL/).first()).toContainText('did not sign')
})
