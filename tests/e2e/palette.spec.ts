import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

test('the command line trades in words, closes, sets alerts and goes anywhere', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  const palette = page.getByRole('dialog', { name: 'Commands' })
  const say = async (words: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill(words)
    await expect(palette.getByRole('option').first()).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(palette).toBeHidden()
  }

  await say('buy 2 sol')
  const asked = page.getByRole('dialog', { name: 'Buy 2.00 SOL at market' })
  await asked.getByRole('button', { name: /^Buy 2\.00/ }).click()
  await expect(trader.position()).toContainText('2.00 SOL')

  await say('settings keys and sizes')
  await expect(page).toHaveURL(/\/settings#hotkeys$/)

  // From a page without a terminal.
  await say('close half sol')
  const closing = page.getByRole('dialog', { name: 'Close SOL-PERP long' })
  await closing.getByRole('button', { name: 'Close 1.00 SOL' }).click()
  await expect(trader.toast(/^Close 1\.00 SOL/)).toContainText('Reduced: realised')

  await say('eth-perp')
  await expect(page).toHaveURL(/\/trade\/ETH-PERP/)
  await say('alert btc 1')
  await expect(page.getByText('Alert set: BTC-PERP below 1')).toBeVisible()
})
