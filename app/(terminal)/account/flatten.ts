import { marketStore } from '#app/data/market.tsx'
import { ownAccount } from '#app/data/own-account.ts'
import { currentSettings } from '#app/data/settings.ts'
import { t } from '#app/i18n/t.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { useWallet } from '#app/wallet/store.ts'
import { type Outcome, transact } from '#app/wallet/transact.ts'
import type { SubAccountDto } from '#server/exchange/schema.ts'
import { planClose } from './actions.ts'
import { setChanging } from './pending.ts'

const ALL_BPS = 10_000

/** What there is to get out of. */
export const openOf = ({ positions, orders }: SubAccountDto) => ({
  positions: positions.filter(({ base }) => base !== '0'),
  orders,
})

/**
 * Cancels every order and closes every position, with as few signatures as it takes. A position whose price is too old to
 * set a limit from stays, and is named.
 */
export async function flatten(subAccount: SubAccountDto): Promise<{ outcome: Outcome; left: string[] }> {
  const { positions, orders } = openOf(subAccount)
  const closes = positions.map((position) => {
    const market = marketStore(position.market).get()
    const plan = market === undefined ? null : planClose(position, market, ALL_BPS, currentSettings().slippageBps)
    return market === undefined || plan === null ? null : { marketIndex: market.index, limitPrice: plan.limitPrice }
  })
  const account = ownAccount(useWallet.getState().address ?? '')
  const ids = orders.map(({ orderId }) => orderId)
  setChanging(ids, true)
  try {
    const outcome = await transact({
      title: t('Flatten: cancel all orders, close all positions'),
      tradesFor: account,
      build: async (trader) => {
        const exchange = await loadExchange()
        const acting = { ...account, trader }
        const known = closes.filter((close) => close !== null)
        const calls = known.map((close) =>
          exchange.closePosition(acting, { ...close, fractionBps: ALL_BPS, clientId: 0n }),
        )
        return [...(await exchange.cancelAll(acting, null)), ...(await Promise.all(calls)).flat()]
      },
    })
    return { outcome, left: positions.filter((_, at) => closes[at] === null).map(({ market }) => market) }
  } finally {
    setChanging(ids, false)
  }
}
