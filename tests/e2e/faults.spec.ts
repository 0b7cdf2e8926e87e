import { expect, type Page, type Route, test } from '@playwright/test'
import { Trader } from './trader.ts'

/** Stands between the page and the chain's RPC. */
async function interceptRpc(page: Page, handle: (route: Route) => Promise<void>): Promise<() => Promise<void>> {
  const { rpcUrl } = await (await page.request.get('/api/system/config')).json()
  const pattern = `${new URL(rpcUrl).origin}/**`
  await page.route(pattern, handle)
  return () => page.unroute(pattern, handle)
}

test('a chain that is away loses nothing, and trading goes on when it is back', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.size.fill('2')

  const restore = await interceptRpc(page, (route) => route.abort('connectionrefused'))
  await trader.submit.click()
  await expect(trader.toast(/^Buy 2\.00 SOL/)).toContainText('The chain cannot be reached. Nothing was sent')
  await expect(trader.size).toHaveValue('2')
  const notice = page.getByText('The chain does not answer.')
  await expect(notice).toBeVisible()

  await restore()
  await expect(notice).toBeHidden()
  await trader.submit.click()
  await expect(trader.position()).toContainText('2.00 SOL')
})

test('an RPC of another cluster is found out by its genesis, and nothing is sent to it', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await interceptRpc(page, async (route) => {
    const { id, method } = route.request().postDataJSON()
    if (method !== 'getGenesisHash') return route.fallback()
    const result = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d'
    return route.fulfill({ json: { jsonrpc: '2.0', id, result }, headers: { 'access-control-allow-origin': '*' } })
  })
  await trader.steps.getByRole('button', { name: 'Create dev wallet' }).click()
  await expect(
    page.getByText(/Wrong network: this exchange runs on localnet, but the RPC answers for mainnet-beta/),
  ).toBeVisible()
  await trader.steps.getByRole('button', { name: 'Get test funds' }).click()
  await trader.steps.getByRole('button', { name: 'Deposit', exact: true }).click()
  await expect(trader.toast(/^Deposit/)).toContainText('Nothing was sent')
})

test('the pool, a position and the trading key wait for a chain that is away, and keep what was typed', async ({
  page,
}) => {
  test.setTimeout(150_000)
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  const position = await trader.buyAtMarket('2')
  const cut = () => interceptRpc(page, (route) => route.abort('connectionrefused'))

  let restore = await cut()
  await position.getByRole('button', { name: 'Close SOL-PERP' }).click()
  await page.getByRole('menuitem', { name: 'Close all' }).click()
  const close = page.getByRole('dialog', { name: /^Close SOL-PERP/ })
  await close.getByRole('button', { name: /^Close \d/ }).click()
  await expect(trader.toast(/^Close/)).toContainText('The chain cannot be reached. Nothing was sent')
  await expect(position).toContainText('2.00 SOL')

  await trader.ticket.getByRole('button', { name: 'One-click trading' }).click()
  const key = page.getByRole('dialog', { name: 'One-click trading' })
  const turnOn = key.getByRole('button', { name: 'Turn on one-click trading' })
  await turnOn.click()
  await expect(key.getByRole('alert')).toContainText('The chain cannot be reached')
  await restore()
  await turnOn.click()
  await expect(key).toContainText('On: orders of this browser go out without asking the wallet')
  await key.getByRole('button', { name: 'Close' }).click()

  await page.goto('/pool')
  const deposit = page.getByRole('form', { name: 'Deposit to the pool' })
  const amount = deposit.getByRole('textbox', { name: /^Amount/ })
  await deposit.getByText('From the exchange').click()
  await amount.fill('100')
  const send = deposit.getByRole('button', { name: /^Deposit 100\.00 USDC/ })
  await expect(send).toBeEnabled()
  restore = await cut()
  await send.click()
  await expect(page.getByText('The chain cannot be reached. Nothing was sent').first()).toBeVisible()
  await expect(amount).toHaveValue('100')
  await restore()
  await send.click()
  await expect(page.getByRole('table', { name: 'Your requests' })).toContainText(/\$100\.00/)
})
