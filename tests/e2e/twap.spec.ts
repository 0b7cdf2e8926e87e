import { expect, type Locator, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'

/** A funded account whose ticket holds a TWAP of 6 SOL in even slices. */
async function prepare(page: Page, minutes: string): Promise<Trader> {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.choose('TWAP')
  await trader.size.fill('6')
  await trader.field('Runs for').fill(minutes)
  await trader.ticket.getByRole('button', { name: /^Time between slices/ }).click()
  await page.getByRole('menuitemradio', { name: 'every 5 s' }).click()
  await trader.ticket.getByText('Vary sizes and times').click()

  // Nobody is there to sign each slice: without a trading key it leads to one.
  await expect(trader.submit).toHaveText('Needs a trading key')
  await trader.ticket.getByRole('button', { name: 'Set it up' }).click()
  const dialog = page.getByRole('dialog', { name: 'One-click trading' })
  await dialog.getByRole('button', { name: 'Turn on one-click trading' }).click()
  await expect(dialog).toContainText('On: orders of this browser go out without asking the wallet')
  await dialog.getByRole('button', { name: 'Close' }).click()
  return trader
}

const row = (page: Page): Locator =>
  page.getByRole('table', { name: 'Time-weighted orders' }).getByRole('row', { name: 'TWAP buy 6.00 SOL of SOL-PERP' })

async function start(trader: Trader): Promise<void> {
  await trader.submit.click()
  await trader.tab('TWAP').click()
  await expect(row(trader.page)).toBeVisible()
}

test('a TWAP goes to the chain slice by slice, through a reload while one is on its way, and sends none twice', async ({
  page,
}) => {
  test.setTimeout(150_000)
  const trader = await prepare(page, '0.5')
  await expect(trader.ticket).toContainText('6 slices of about 1.00 SOL')
  const isSending = page.waitForRequest((request) => request.postData()?.includes('sendTransaction') === true)
  await start(trader)
  await isSending
  await page.reload()

  await expect(row(page)).toContainText('6.00 of 6.00 SOL', { timeout: 60_000 })
  await expect(row(page)).toContainText('All of it is filled.')
  await expect(row(page)).toContainText(/\d{2,3}\.\d\d/)
  await trader.tab('Positions').click()
  await expect(trader.position()).toContainText('6.00 SOL')

  const authority = await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('quantdesk.twaps') ?? '{}')
    return kept.twaps[0].authority as string
  })
  const { items } = await (await page.request.get(`/api/orders/${authority}?limit=100`)).json()
  const slices = items as { clientId: string; size: string; filled: string; byDelegate: boolean }[]
  expect(slices.length).toBeGreaterThanOrEqual(2)
  expect(slices.every(({ byDelegate, size, filled }) => byDelegate && size === filled)).toBe(true)
  expect(new Set(slices.map(({ clientId }) => clientId)).size).toBe(slices.length)
  expect(slices.reduce((sum, { filled }) => sum + Number(filled), 0)).toBe(6)
})

test('a TWAP waits while the chain is away, and can be paused, resumed and cancelled', async ({ page }) => {
  test.setTimeout(150_000)
  const trader = await prepare(page, '0.8')
  const { rpcUrl } = await (await page.request.get('/api/system/config')).json()
  const chain = `${new URL(rpcUrl).origin}/**`
  await page.route(chain, (route) => route.abort('connectionrefused'))
  await start(trader)
  await expect(row(page)).toContainText('Waits for the chain')
  await page.unroute(chain)
  await expect(row(page)).toContainText(/(?!0\.00)\d\.\d\d of 6\.00 SOL/)

  await row(page)
    .getByRole('button', { name: /^Pause/ })
    .click()
  await expect(row(page)).toContainText('Paused. Its end time stays')
  await page.reload()
  await expect(row(page)).toContainText('Paused. Its end time stays')
  await row(page)
    .getByRole('button', { name: /^Resume/ })
    .click()
  await expect(row(page)).not.toContainText('Paused')
  await row(page)
    .getByRole('button', { name: /^Cancel/ })
    .click()
  await expect(row(page)).toContainText('Cancelled. What was filled stays.')
  await row(page)
    .getByRole('button', { name: /^Remove/ })
    .click()
  await expect(page.getByText('No time-weighted orders')).toBeVisible()
})
