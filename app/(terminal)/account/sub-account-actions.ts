import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { type Outcome, transact } from '#app/wallet/transact.ts'
import type { MarketDto } from '#server/exchange/schema.ts'

/** Where the first collateral of a new sub-account comes from: another one. */
export type Funding = { from: OwnAccount; amount: bigint }
export type Opened = { id: number; outcome: Outcome }

/** Opens the wallet's next sub-account, with its isolation and its first USDC in the same transaction. */
export async function openSubAccount(
  authority: string,
  isolated: MarketDto | null,
  funding: Funding | null,
): Promise<Opened> {
  let id = 0
  const outcome = await transact({
    title:
      isolated === null
        ? t('Open a sub-account')
        : t('Open a sub-account for {market} only', { market: isolated.market }),
    build: async () => {
      const exchange = await loadExchange()
      id = await exchange.nextSubAccountId(authority)
      return [
        ...(await exchange.openSubAccount({ authority, subAccountId: id }, isolated?.index ?? null)),
        ...(funding === null ? [] : await exchange.transfer(funding.from, id, 'USDC', funding.amount)),
      ]
    },
  })
  return { id, outcome }
}

/** Locks an idle sub-account to one market, or lets it trade all. */
export const isolate = (own: OwnAccount, market: MarketDto | null): Promise<Outcome> =>
  transact({
    title:
      market === null
        ? t('Let sub-account {id} trade all markets', { id: own.subAccountId })
        : t('Lock sub-account {id} to {market}', { id: own.subAccountId, market: market.market }),
    build: async () => (await loadExchange()).changeSettings(own, { isolatedMarket: market?.index ?? null }),
  })

export const closeSubAccount = (own: OwnAccount): Promise<Outcome> =>
  transact({
    title: t('Close sub-account {id}', { id: own.subAccountId }),
    build: async () => (await loadExchange()).closeSubAccount(own),
  })
