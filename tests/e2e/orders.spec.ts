import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

test.beforeEach(async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
})

test('a limit order is placed with Enter, outlives a reload, and is cancelled on the chart', async ({ page }) => {
  const trader = new Trader(page)
  await trader.ticket.getByText('Limit', { exact: true }).click()
  const limit = Math.floor(Number(await trader.price.getAttribute('placeholder')) * 0.99).toFixed(2)
  await trader.price.fill(limit)
  await trader.size.fill('2')
  await expect(trader.submit).toHaveText(/^Buy 2\.00 SOL · \$\d+\.\d\d/)
  await trader.size.press('Enter')
  await expect(trader.toast(new RegExp(`^Buy 2\\.00 SOL at ${limit}`)).getByText(/Confirmed/)).toBeVisible()
  // The size was used up; the price stays for the next one.
  await expect(trader.size).toHaveValue('')
  await expect(trader.price).toHaveValue(limit)

  await trader.tab('Orders').click()
  const order = page.getByRole('row', { name: `limit buy 2.00 SOL at ${limit}` })
  await expect(order).toContainText('GTC')
  await page.reload()
  await expect(order).toBeVisible()

  await page
    .getByRole('region', { name: 'Chart' })
    .getByRole('button', { name: `Cancel limit buy 2.00 SOL at ${limit}` })
    .click()
  await expect(page.getByText('No open orders')).toBeVisible()
})

test('orders are sorted by a head, and all are cancelled in one transaction', async ({ page }) => {
  const trader = new Trader(page)
  await trader.ticket.getByText('Limit', { exact: true }).click()
  await trader.tab('Orders').click()
  for (const price of ['50', '51']) {
    await trader.price.fill(price)
    await trader.size.fill('1')
    await trader.submit.click()
    await expect(page.getByRole('row', { name: `limit buy 1.00 SOL at ${price}.00` })).toBeVisible()
  }
  const orders = page.getByRole('table', { name: 'Open orders' })
  const byPrice = orders.getByRole('button', { name: 'Price', exact: true })
  await byPrice.click()
  await expect(orders.getByRole('row').nth(1)).toHaveAccessibleName('limit buy 1.00 SOL at 51.00')
  await byPrice.click()
  await expect(orders.getByRole('row').nth(1)).toHaveAccessibleName('limit buy 1.00 SOL at 50.00')
  await page.getByRole('button', { name: 'Cancel all' }).click()
  await expect(page.getByText('No open orders')).toBeVisible()
})

test('a limit order beyond the price fills at once, no worse than its limit', async ({ page }) => {
  const trader = new Trader(page)
  await trader.ticket.getByText('Limit', { exact: true }).click()
  // Margin has to cover the worst fill within the limit.
  await trader.price.fill('9000')
  await trader.size.fill('1')
  await expect(trader.submit).toHaveText(/margin missing/)
  await trader.price.fill(((await trader.oracle()) * 1.02).toFixed(2))
  await expect(trader.ticket.getByText('Est. fill price')).toBeVisible()
  await trader.submit.click()
  await expect(trader.position()).toContainText('1.00 SOL')
})

test('a post-only order rests, and one that would fill at once is not sent', async ({ page }) => {
  const trader = new Trader(page)
  await trader.ticket.getByText('Limit', { exact: true }).click()
  await trader.ticket.getByRole('checkbox', { name: 'Post only' }).click()
  await trader.price.fill('9000')
  await trader.size.fill('1')
  await expect(trader.submit).toHaveText('Would fill at once')
  await trader.price.fill('50')
  await trader.submit.click()
  await trader.tab('Orders').click()
  await expect(page.getByRole('row', { name: 'limit buy 1.00 SOL at 50.00' })).toContainText('post only')
})

test('what stands in the way is said in words, with the click that mends it', async ({ page }) => {
  const trader = new Trader(page)
  await trader.size.fill('0.01')
  await expect(trader.ticket.getByText(/The smallest order is \$10\.00/)).toBeVisible()
  await trader.ticket.getByRole('button', { name: /^Use 0\.\d\d$/ }).click()
  await expect(trader.submit).toBeEnabled()

  await trader.size.fill('800')
  await expect(trader.submit).toHaveText(/margin missing/)
  await expect(trader.submit).toBeDisabled()
  await trader.ticket.getByRole('button', { name: 'Deposit' }).click()
  await expect(page.getByRole('dialog', { name: 'Deposit collateral' })).toBeVisible()
  await page.keyboard.press('Escape')

  await trader.size.fill('1')
  await trader.ticket.getByLabel('Reduce only').check()
  await expect(trader.submit).toHaveText('Nothing to reduce')
})

test('a position is reversed in one order', async ({ page }) => {
  const trader = new Trader(page)
  const position = await trader.buyAtMarket('5')
  await expect(position).toContainText('5.00 SOL')
  await position.getByRole('button', { name: 'Reverse SOL-PERP' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Reverse to/ })
    .click()
  await expect(position).toContainText('−5.00 SOL')
})
