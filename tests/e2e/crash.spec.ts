import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { STACK_ENVIRONMENT } from './environment.ts'
import { Trader } from './trader.ts'

/** A command of `./qd -- …` against the stack under test. */
async function qd(...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['server/cli/main.ts', ...args, '--json'], {
    env: { ...process.env, ...STACK_ENVIRONMENT },
  })
  return JSON.parse(stdout)
}

type Status = { parts: Record<string, { pid: number; state: string }> }

test('kill -9 of any part loses nothing: the page recovers, trading goes on, the ledger balances', async ({ page }) => {
  test.setTimeout(240_000)
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  const position = await trader.buyAtMarket('3')
  await expect(position).toContainText('3.00 SOL')

  for (const part of ['worker', 'localnet', 'web', 'postgres']) {
    await test.step(part, async () => {
      const before = ((await qd('status')) as Status).parts[part]
      process.kill(before?.pid ?? 0, 'SIGKILL')
      await expect(async () => {
        const now = ((await qd('status')) as Status).parts[part]
        expect(now).toMatchObject({ state: 'ready' })
        expect(now?.pid).not.toBe(before?.pid)
        expect((await page.request.get('/readyz')).status()).toBe(200)
      }).toPass({ timeout: 40_000 })

      // The smoke test opens, fills, closes and withdraws as another trader, and proves the ledger.
      expect(await qd('smoke')).toMatchObject({ ok: true })
      await expect(page.getByRole('contentinfo')).toContainText('Live')
      const profit = position.getByTestId('pnl')
      await expect(profit).not.toHaveText((await profit.textContent()) ?? '')
    })
  }

  await page.reload()
  await expect(position).toContainText('3.00 SOL')
})

test('prices that stop are greyed and block market orders on the open page, and trading goes on with the next one', async ({
  page,
}) => {
  test.setTimeout(120_000)
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.size.fill('2')
  await expect(trader.submit).toBeEnabled()
  const stale = page.locator('[data-stale]')
  await expect(stale).toHaveCount(0)
  const { worker } = ((await qd('status')) as Status).parts
  let loads = 0
  page.on('load', () => {
    loads += 1
  })

  // It lives and answers nothing: what comes from it grows old, while the page's line to the server stays open.
  process.kill(worker?.pid ?? 0, 'SIGSTOP')
  try {
    await expect(trader.submit).toHaveText('Waiting for a fresh price')
    await expect(trader.submit).toBeDisabled()
    await expect(trader.ticket).toContainText(/The last SOL price is \d+ s old/)
    await expect(stale.first()).toBeVisible()
    await expect(page.getByTitle(/The oracle price is old/).first()).toBeVisible()
    await trader.choose('Limit')
    await trader.price.fill(((await trader.oracle()) * 0.9).toFixed(2))
    await expect(trader.submit).toBeEnabled()
    await trader.choose('Market')
    await expect(trader.submit).toBeDisabled()
  } finally {
    process.kill(worker?.pid ?? 0, 'SIGCONT')
  }
  await expect(trader.submit).toBeEnabled({ timeout: 40_000 })
  await expect(stale).toHaveCount(0)
  await trader.submit.click()
  await expect(trader.position()).toContainText('2.00 SOL')
  expect(loads).toBe(0)
})
