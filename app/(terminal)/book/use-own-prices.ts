import { useMemo } from 'react'
import { useUser } from '../../data/user.ts'
import { useAuthority } from '../../wallet/store.ts'

/** Prices at which the reader's own orders rest in a market, exact decimal text as in the book. */
export function useOwnPrices(market: string): ReadonlySet<string> {
  const prices = useUser(useAuthority(), (account) =>
    account.subAccounts
      .flatMap((sub) => sub.orders.flatMap((order) => (order.market === market ? [order.limitPrice ?? ''] : [])))
      .join(),
  )
  return useMemo(() => new Set((prices ?? '').split(',')), [prices])
}
