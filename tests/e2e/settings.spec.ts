import { expect, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'
import { violations } from './violations.ts'

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('settings hold at once, in the other tab, and in the first answer after a reload', async ({ page, context }) => {
  const terminal = new Trader(await context.newPage())
  await terminal.visit()
  await page.goto('/settings')

  await section(page, 'Display').getByText('Blue and orange', { exact: true }).click()
  await page.getByRole('button', { name: /^Numbers:/ }).click()
  await page.getByRole('menuitemradio', { name: '1.234.567,89' }).click()
  await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Asia/Tokyo')
  await expect(section(page, 'Display')).toContainText('A price of 91.237,5')
  await page.getByRole('textbox', { name: 'At most' }).fill('1,25')

  const { page: other } = terminal
  await other.bringToFront()
  await expect(other.locator('html')).toHaveAttribute('data-colors', 'blue-orange')
  await expect(other.getByRole('contentinfo')).toContainText('GMT+9')
  await expect(other.getByRole('region', { name: 'Market' }).first()).toContainText(/\d,\d\d/)
  await expect(terminal.ticket.getByRole('textbox', { name: 'Slippage limit in percent' })).toHaveValue('1.25')
  // A decimal comma is understood where it is shown.
  await terminal.size.fill('1,5')
  await expect(terminal.size).toHaveValue('1,5')

  const html = await (await page.request.get('/trade/SOL-PERP')).text()
  expect(html).toContain('data-colors="blue-orange"')
  expect(html).toMatch(/>\d+,\d\d</)
  await page.reload()
  await expect(page.getByRole('combobox', { name: 'Time zone' })).toHaveValue('Asia/Tokyo')

  await page.getByRole('button', { name: 'Reset to defaults' }).click()
  await page.getByRole('button', { name: 'Reset all settings now?' }).click()
  await expect(page.getByRole('combobox', { name: 'Time zone' })).toHaveValue('UTC')
  await expect(other.locator('html')).toHaveAttribute('data-colors', 'green-red')
})

test('the ticket asks when it is told to, and an endpoint of another chain is refused', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await page.goto('/settings')
  await page.getByRole('checkbox', { name: 'Orders of the ticket' }).check()

  const { rpcUrl } = await (await page.request.get('/api/system/config')).json()
  const network = section(page, 'Network and fees')
  const another = network.getByRole('textbox', { name: 'Another' })
  await another.fill('http://192.168.0.7:8899')
  await network.getByRole('button', { name: 'Add' }).click()
  await expect(network).toContainText('An address with https://')
  await another.fill('https://rpc.example/')
  await network.getByRole('button', { name: 'Add' }).click()
  await expect(network).toContainText('It does not answer')
  await another.fill(rpcUrl.replace('127.0.0.1', 'localhost'))
  await network.getByRole('button', { name: 'Add' }).click()
  const endpoints = network.getByRole('list', { name: 'RPC endpoints' })
  await expect(endpoints.getByRole('radio', { checked: true })).toHaveAccessibleName(/localhost/)

  await trader.visit()
  await trader.size.fill('1')
  await trader.submit.click()
  const asked = page.getByRole('dialog', { name: 'Buy 1.00 SOL at market' })
  await asked.getByRole('button', { name: /^Buy 1\.00/ }).click()
  await expect(trader.position()).toContainText('1.00 SOL')
  await expect(trader.size).toHaveValue('')
})

for (const theme of ['Dark', 'Light']) {
  test(`settings and their windows are accessible, wide and on a phone, ${theme}`, async ({ page }) => {
    await page.goto('/settings')
    await section(page, 'Display').getByText(theme, { exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog', { name: 'Commands' }).getByRole('option').first()).toBeVisible()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Set alerts' }).click()
    await expect(page.getByRole('dialog', { name: 'Notifications and alerts' })).toBeVisible()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violations(page)).toEqual([])
  })
}
