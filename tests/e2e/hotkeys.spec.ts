import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

test('a trade with keys alone: size, buy, stop to break-even, close, flatten', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()

  await test.step('keys are off while something is typed', async () => {
    await trader.size.fill('1')
    await trader.size.press('b')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(trader.size).toHaveValue('1')
    await trader.size.blur()
  })

  await test.step('a size preset goes into the ticket, and B asks before it buys', async () => {
    await page.keyboard.press('2')
    await expect(trader.size).toHaveValue('500')
    await page.keyboard.press('b')
    const asked = page.getByRole('dialog', { name: /^Buy [\d.]+ SOL at market/ })
    await expect(asked).toContainText('Liquidation after')
    await expect(asked.getByRole('button', { name: /^Buy/ })).toBeEnabled()
    await asked.getByRole('button', { name: /^Buy/ }).press('Enter')
    await expect(trader.toast(/^Buy/).getByText(/Filled at/)).toBeVisible()
    await expect(trader.position()).toBeVisible()
  })

  await test.step('a stop goes to break-even, or says why not yet', async () => {
    await page.keyboard.press('e')
    await expect(
      page.getByText('The stop of SOL-PERP stays').or(trader.toast(/^Take profit and stop loss/)),
    ).toBeVisible()
  })

  await test.step('H closes half, after a yes', async () => {
    await page.keyboard.press('h')
    await page
      .getByRole('dialog', { name: 'Close SOL-PERP long' })
      .getByRole('button', { name: /^Close \d/ })
      .click()
    await expect(trader.toast(/^Close/).first()).toContainText('Reduced: realised')
  })

  await test.step('flatten cancels and closes all in one go', async () => {
    await trader.choose('Limit')
    await trader.price.fill('50')
    // In USDC, since the preset.
    await trader.size.fill('100')
    await trader.submit.click()
    await expect(trader.tab('Orders')).toHaveText(/Orders\s*[12]/)
    await trader.submit.blur()
    await page.keyboard.press('Shift+F')
    const asked = page.getByRole('dialog', { name: 'Flatten the account' })
    await expect(asked).toContainText('closes 1 position at market: SOL-PERP')
    await asked.getByRole('button', { name: 'Flatten now' }).click()
    await expect(trader.position()).toBeHidden()
    await expect(trader.tab('Orders')).toHaveText(/^Orders$/)
  })
})

test('without confirmations a key trades at once, and ? lists them all', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keys' })
  await expect(help).toContainText('What trades asks first.')
  await expect(help.getByText('500 USDC into the ticket', { exact: true })).toBeVisible()
  await help.getByRole('link', { name: /^Change keys/ }).click()

  await expect(page).toHaveURL(/\/settings#hotkeys$/)
  await page.getByRole('checkbox', { name: 'What keys and the command line trade' }).uncheck()
  await page.getByRole('button', { name: /^Key of “Buy at market/ }).click()
  await page.keyboard.press('F8')
  await expect(page.getByRole('button', { name: /^Key of “Buy at market.*F8$/ })).toBeVisible()

  await trader.visit()
  await page.keyboard.press('1')
  await expect(trader.size).toHaveValue('100')
  await page.keyboard.press('F8')
  await expect(trader.toast(/^Buy/).getByText(/Filled at/)).toBeVisible()
  await page.keyboard.press('n')
  await expect(page).toHaveURL(/\/trade\/(?!SOL)/)
})
