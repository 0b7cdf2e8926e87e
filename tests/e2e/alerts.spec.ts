import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

test('a price alert that was reached meanwhile fires once, in every tab, and stays in the list', async ({
  page,
  context,
}) => {
  const trader = new Trader(page)
  await trader.visit()
  await page.getByRole('button', { name: /^Notifications/ }).click()
  const panel = page.getByRole('dialog', { name: 'Notifications and alerts' })
  await expect(panel).toContainText('Nothing was told yet')
  await panel.getByRole('tab', { name: /^Alerts/ }).click()
  const value = panel.getByRole('textbox', { name: 'Price reaches' })
  await value.fill(((await trader.oracle()) * 0.5).toFixed(2))
  await expect(panel).toContainText('Tells when it falls to it.')
  await panel.getByRole('button', { name: 'Add alert' }).click()
  const rules = panel.getByRole('list', { name: 'Alerts' }).getByRole('listitem')
  await expect(rules).toHaveText([/SOL-PERP below .* once/])
  await panel.getByRole('button', { name: 'Close' }).click()

  // As if the price had passed this one while no page was open.
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('quantdesk.alerts') ?? '{}')
    const rule = { id: 'reached', kind: 'price', market: 'SOL-PERP', side: 'above', at: '1', repeats: false }
    localStorage.setItem('quantdesk.alerts', JSON.stringify({ ...kept, rules: [...kept.rules, rule] }))
  })
  await page.reload()
  const other = await context.newPage()
  await new Trader(other).visit('ETH-PERP')
  await page.bringToFront()
  await page.getByRole('button', { name: 'Notifications, 1 new' }).click()
  await expect(panel.getByRole('list', { name: 'Notifications' }).getByRole('listitem')).toHaveText([
    /SOL-PERP is above 1\.00/,
  ])
  await panel.getByRole('tab', { name: /^Alerts/ }).click()
  await expect(rules).toHaveText([/SOL-PERP below .* once/])
  await other.bringToFront()
  await expect(other.getByRole('button', { name: 'Notifications', exact: true })).toBeVisible()
  await other.getByRole('button', { name: 'Notifications', exact: true }).click()
  await expect(other.getByRole('list', { name: 'Notifications' }).getByRole('listitem')).toHaveCount(1)
})

test('a fill is told, and a position near its liquidation is warned of', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await page.getByRole('button', { name: /^Notifications/ }).click()
  const panel = page.getByRole('dialog', { name: 'Notifications and alerts' })
  await panel.getByRole('tab', { name: /^Alerts/ }).click()
  // So far away that any leveraged position is within it.
  await panel.getByRole('textbox', { name: 'Notice' }).fill('50')
  await panel.getByRole('textbox', { name: 'Warning' }).fill('49')
  await panel.getByRole('textbox', { name: 'Alarm' }).fill('48')
  await panel.getByRole('button', { name: 'Close' }).click()

  await trader.ticket.getByRole('button', { name: 'Max' }).click()
  await expect(trader.submit).toBeEnabled()
  await trader.submit.click()
  await expect(trader.position()).toBeVisible()
  await expect(page.getByText(/^SOL-PERP is \d+\.\d\s% from liquidation$/).first()).toBeVisible()
  await page.getByRole('button', { name: /^Notifications/ }).click()
  const list = panel.getByRole('list', { name: 'Notifications' })
  await expect(list).toContainText(/Bought [\d.\u202f]+ SOL at/)
  await expect(list).toContainText(/Deposit or reduce the position/)
})
