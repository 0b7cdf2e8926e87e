import { expect, type Page, test } from '@playwright/test'
import { amountOf, Trader } from './trader.ts'

// Run by itself: another's order between the look and the fill would move the pool's price.

type Fill = { price: string; oraclePrice: string; quote: string; fee: string; size: string }

/** The newest fill, as the exchange recorded it. */
async function lastFill(page: Page): Promise<Fill> {
  const address = await page.evaluate(() => {
    const kept = window.localStorage.getItem('quantdesk.localnet-only.dev-wallet')
    return kept === null ? [] : (JSON.parse(kept) as number[])
  })
  const { Keypair } = await import('@solana/web3.js')
  const authority = Keypair.fromSecretKey(Uint8Array.from(address)).publicKey.toBase58()
  const { items } = await (await page.request.get(`/api/trades/${authority}`)).json()
  return items[0]
}

test('what is shown before sending is what was executed: fee, slippage, liquidation price', async ({ page }) => {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.ticket.getByRole('slider', { name: 'Leverage' }).fill('18')
  await trader.ticket.getByRole('button', { name: '75\u202f%' }).click()
  const [fee, price, liquidation] = await Promise.all(
    ['Fee', 'Est. fill price', 'Liquidation after'].map((label) => trader.cost(label).textContent()),
  )
  await trader.submit.click()
  await expect(trader.toast(/^Buy/).getByText(/Filled at/)).toBeVisible()
  const fill = await lastFill(page)

  const [, shownSlippage] = /([+−][\d.]+)\u202f%/.exec(price ?? '') ?? []
  const slippage = (Number(fill.price) / Number(fill.oraclePrice) - 1) * 100
  expect(Math.abs(slippage - amountOf(shownSlippage ?? ''))).toBeLessThan(0.002)
  // The price moves by some cents until the fill, and the fee with it; the keeper's reward is part of both.
  expect(Math.abs(Number(fill.fee) - amountOf(fee ?? null)) / Number(fill.fee)).toBeLessThan(0.005)

  const cell = trader.position().getByRole('cell').nth(6)
  await expect(cell).toContainText(/\d/)
  const priceIn = (text: string | null): number => amountOf((text ?? '').split(/ [+−]/)[0] ?? '')
  const [shown, executed] = [priceIn(liquidation ?? null), priceIn(await cell.textContent())]
  expect(Math.abs(executed / shown - 1)).toBeLessThan(0.004)
})
