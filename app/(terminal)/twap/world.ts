import { serverNow } from '#app/data/connection.ts'
import { marketStore, priceStore } from '#app/data/market.tsx'
import { readUser } from '#app/data/user.ts'
import { activeKey } from '#app/wallet/trading-key.ts'
import { toBase } from '../account/decimal.ts'
import { marketView } from '../account/market-view.ts'
import type { Twap, TwapWorld } from './model.ts'

/** What the page knows now of what a step is judged by. */
export function worldOf({ authority, subAccountId, market: id }: Twap): TwapWorld {
  const [market, price] = [marketStore(id).get(), priceStore(id).get()]
  const account = readUser(authority)?.subAccounts.find((known) => known.id === subAccountId)
  const position = account?.positions.find((known) => known.market === id)?.base ?? '0'
  return {
    now: serverNow(),
    market: market === undefined || price === undefined ? null : marketView(market, price),
    position: account === undefined ? null : toBase(position),
    hasKey: activeKey({ authority, subAccountId }) !== null,
  }
}
