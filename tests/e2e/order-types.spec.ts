import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

// Each kind of order, from the ticket to the chain and back into the tables.

let trader: Trader
test.beforeEach(async ({ page }) => {
  trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
})

/** Recorded real prices need their time: within it SOL falls back 0.02 % from its peak wherever the recording begins. */
const MARKET_MOVES_MS = 240_000

const at = (oracle: number, percent: number): string => (oracle * (1 + percent / 100)).toFixed(2)

test('a limit order that lives for a time says until when', async () => {
  await trader.choose('Limit')
  const limit = at(await trader.oracle(), -2)
  await trader.price.fill(limit)
  await trader.size.fill('2')
  await trader.ticket.getByRole('button', { name: /^Time in force/ }).click()
  await trader.page.getByRole('menuitemradio', { name: /1 hour/ }).click()
  await trader.send(/^Buy 2/)
  await trader.tab('Orders').click()
  await expect(trader.order(`limit buy 2.00 SOL at ${limit}`)).toContainText(/until \w{3} \d+, \d\d:\d\d/)
})

test('a fill-or-kill order fills whole', async () => {
  await trader.choose('Limit')
  await trader.price.fill(at(await trader.oracle(), 2))
  await trader.size.fill('3')
  await trader.ticket.getByRole('button', { name: /^Time in force/ }).click()
  await trader.page.getByRole('menuitemradio', { name: /^FOK/ }).click()
  await trader.submit.click()
  await expect(trader.toast(/^Buy 3/).getByText(/Filled at/)).toBeVisible()
  await expect(trader.position()).toContainText('3.00 SOL')
})

test('stop and take-profit wait at their triggers; on the wrong side one becomes the other', async () => {
  await trader.buyAtMarket('5')
  const oracle = await trader.oracle()
  await trader.ticket.getByText('Sell / Short').click()
  await trader.choose('Stop')
  await expect(trader.ticket.getByLabel('Reduce only')).toBeChecked()
  await trader.field('Trigger').fill(at(oracle, 4))
  await trader.size.fill('5')
  await expect(trader.submit).toHaveText('Trigger on the wrong side')
  await trader.ticket.getByRole('button', { name: 'Make it a take profit' }).click()
  await trader.send(/^Take profit sell 5/)

  await trader.choose('Stop')
  await trader.field('Trigger').fill(at(oracle, -4))
  await trader.ticket.getByRole('button', { name: /^Once triggered/ }).click()
  await trader.page.getByRole('menuitemradio', { name: /^Limit/ }).click()
  await trader.field('Limit price').fill(at(oracle, -4.2))
  await trader.size.fill('5')
  await trader.send(/^Stop limit sell 5/)

  await trader.tab('Orders').click()
  await expect(trader.order(/^take profit market sell 5.00 SOL/)).toContainText(`≥ ${at(oracle, 4)}`)
  const stop = trader.order(/^stop limit sell 5.00 SOL/)
  await expect(stop).toContainText(`≤ ${at(oracle, -4)}`)
  await expect(stop).toContainText(at(oracle, -4.2))
  await expect(stop).toContainText('reduce only')
})

test('a trailing stop follows the price and closes the position', async () => {
  test.setTimeout(MARKET_MOVES_MS + 60_000)
  await trader.buyAtMarket('5')
  await trader.ticket.getByText('Sell / Short').click()
  await trader.choose('Trailing')
  await trader.field('Distance').fill('0.02')
  await expect(trader.ticket.getByText(/^Triggers at \d+\.\d\d now/)).toBeVisible()
  await trader.size.fill('5')
  await trader.tab('Orders').click()
  await trader.submit.click()
  // It may be gone before one looks: real prices move by more within seconds.
  await expect(trader.toast(/^Trailing stop sell 5/).getByText(/Confirmed/)).toBeVisible()
  await trader.tab('Positions').click()
  await expect(trader.page.getByText('No open positions')).toBeVisible({ timeout: MARKET_MOVES_MS })
})

test('a pegged order stands at its offset from the oracle and moves with it', async () => {
  await trader.choose('Pegged')
  await trader.field('Offset').fill('-5')
  await trader.size.fill('2')
  await trader.send(/^Pegged buy 2\.00 SOL 5\.00 below the oracle/)
  await trader.tab('Orders').click()
  const order = trader.order(/^pegged limit buy 2.00 SOL/)
  await expect(order).toContainText('oracle −5')
  const before = await order.getByRole('cell').nth(3).textContent()
  await expect(order.getByRole('cell').nth(3)).not.toHaveText(before ?? '')
})

test('a scaled order of sixteen goes in parts and stands as one group', async () => {
  const oracle = await trader.oracle()
  await trader.choose('Scaled')
  await trader.field('From').fill(at(oracle, -1))
  await trader.field('To').fill(at(oracle, -5))
  await trader.field('Orders').fill('16')
  await trader.size.fill('32')
  await trader.submit.click()
  await expect(trader.toast(/^Scaled buy 32/).getByText(/Part 2 confirmed/)).toBeVisible()
  await trader.tab('Orders').click()
  await expect(trader.order(/^limit buy 2.00 SOL/)).toHaveCount(16)
  await expect(trader.order(`limit buy 2.00 SOL at ${at(oracle, -5)}`)).toContainText('one of 16')
  await trader.page.getByRole('button', { name: 'Cancel all' }).click()
  await expect(trader.page.getByText('No open orders')).toBeVisible()
})

test('of a pair, what fills takes the other along', async () => {
  test.setTimeout(MARKET_MOVES_MS + 60_000)
  await trader.buyAtMarket('5')
  await trader.ticket.getByText('Sell / Short').click()
  await trader.choose('OCO')
  await trader.size.fill('5')
  // Close to the price on both sides; where it has moved across one meanwhile, from the new price.
  await expect(async () => {
    const oracle = await trader.oracle()
    await trader.field('Limit price').fill((oracle + 0.08).toFixed(2))
    await trader.field('Stop trigger').fill((oracle - 0.05).toFixed(2))
    await trader.submit.click({ timeout: 2_000 })
    await expect(
      trader
        .toast(/^OCO sell 5/)
        .getByText(/Confirmed/)
        .last(),
    ).toBeVisible()
  }).toPass()
  await expect(trader.page.getByText('No open positions')).toBeVisible({ timeout: MARKET_MOVES_MS })
  await trader.tab('Orders').click()
  await expect(trader.page.getByText('No open orders')).toBeVisible()
})

test('a bracket sleeps with its order, wakes with its fill, and is edited from the position', async () => {
  const oracle = await trader.oracle()
  await trader.size.fill('4')
  await trader.ticket.getByText('Take profit / stop loss').click()
  await trader.ticket.getByRole('button', { name: /^Take profit and stop loss by/ }).click()
  await trader.page.getByRole('menuitemradio', { name: /^%/ }).click()
  await trader.field('Take profit').fill('5')
  await trader.field('Stop loss').fill('3')
  await expect(trader.ticket.getByText(/^\+\$\d/)).toBeVisible()
  await trader.submit.click()
  await expect(trader.toast(/^Buy 4/).getByText(/Filled at/)).toBeVisible()

  const edit = trader.page.getByRole('button', { name: /^Take profit and stop loss of SOL-PERP/ })
  await expect(edit).toHaveText(/\d+\.\d\d \/ \d+\.\d\d$/)
  await trader.tab('Orders').click()
  await expect(trader.order(/^stop market sell 4.00 SOL/)).toContainText(/cancels #\d+/)

  await trader.tab('Positions').click()
  await edit.click()
  const dialog = trader.page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Take profit' }).fill(at(oracle, 8))
  await dialog.getByRole('textbox', { name: 'Stop loss' }).fill('')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(edit).toContainText(`${at(oracle, 8)} / –`)
  await trader.tab('Orders').click()
  await expect(trader.order(/SOL/)).toHaveCount(1)
})

test('an order is changed in place, and a refusal says why', async () => {
  await trader.choose('Limit')
  const oracle = await trader.oracle()
  await trader.price.fill(at(oracle, -3))
  await trader.size.fill('2')
  await trader.send(/^Buy 2/)
  await trader.tab('Orders').click()
  await trader
    .order(/^limit buy 2/)
    .getByRole('button', { name: /^Modify/ })
    .click()
  const dialog = trader.page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Modify order' })).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Size' }).fill('0.01')
  await expect(dialog.getByText(/must be worth \$10/)).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Size' }).fill('3')
  await dialog.getByRole('textbox', { name: 'Limit price' }).fill(at(oracle, -4))
  await dialog.getByRole('button', { name: 'Modify order' }).click()
  await expect(dialog).toBeHidden()
  await expect(trader.order(`limit buy 3.00 SOL at ${at(oracle, -4)}`)).toBeVisible()
})

test('a whole trade without a mouse', async ({ page }) => {
  await trader.ticket.getByRole('radio', { name: 'Market' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(trader.ticket.getByRole('radio', { name: 'Limit' })).toBeChecked()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  const limit = at(await trader.oracle(), -2)
  await trader.price.focus()
  await page.keyboard.type(limit)
  await page.keyboard.press('ArrowUp')
  await trader.size.focus()
  await page.keyboard.type('1')
  await page.keyboard.press('Enter')
  await trader.tab('Orders').focus()
  await page.keyboard.press('Enter')
  const raised = (Number(limit) + 0.01).toFixed(2)
  const row = trader.order(`limit buy 1.00 SOL at ${raised}`)
  await expect(row).toBeVisible()
  await row.getByRole('button', { name: /^Cancel/ }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('No open orders')).toBeVisible()
})
