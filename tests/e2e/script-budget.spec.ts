import { expect, test } from '@playwright/test'
import { scriptBeforeTicket } from '../../bench/parts/browser-frames.ts'
import { Trader } from './trader.ts'

const BUDGET_KB = 300

test('the ticket is usable after 300 kB of script, gzip', async ({ page }) => {
  const trader = new Trader(page)
  // A stack that has just started may answer without its markets, and the ticket then waits for them.
  await expect(async () => {
    const answer = await page.goto('/trade/SOL-PERP')
    expect(await answer?.text()).toContain('Order for SOL-PERP')
  }).toPass()
  await page.waitForFunction(() => performance.getEntriesByName('ticket usable').length > 0)
  // It takes input: what is typed moves its figures.
  await trader.size.fill('1')
  const { bytes, files } = await scriptBeforeTicket(page)
  expect(files).toBeGreaterThan(3)
  expect(bytes / 1_000).toBeLessThanOrEqual(BUDGET_KB)
})
