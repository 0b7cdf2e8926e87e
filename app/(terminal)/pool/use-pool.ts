import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useSeed } from '#app/data/market.tsx'
import { useMarketIds } from '#app/data/markets.ts'
import { useTRPC } from '#app/data/trpc.ts'
import { onUserMessage } from '#app/data/user.ts'
import { useAuthority } from '#app/wallet/store.ts'
import type { PoolDto, PoolHistoryDto, PoolRequestDto, PoolWindow } from '#server/exchange/pool-schema.ts'
import { toQuote } from '../account/decimal.ts'
import { marketView } from '../account/market-view.ts'
import { useMarketViews } from '../account/use-portfolio.ts'
import { type Exposure, exposureOf, type PoolValue, poolValueAt } from './pool-figures.ts'

const REFRESH_MS = 5_000
const HISTORY_EVERY_MS = 60_000

/** What the server knew when it rendered the page. */
export type PoolSeed = {
  pool: PoolDto | undefined
  history: PoolHistoryDto | undefined
  queue: PoolRequestDto[] | undefined
}

const seeded = <T>(initialData: T | undefined) => (initialData === undefined ? {} : { initialData })

export function usePool(seed?: PoolDto) {
  return useQuery({ ...useTRPC().pool.get.queryOptions(), refetchInterval: REFRESH_MS, ...seeded(seed) })
}

export function usePoolQueue(seed?: PoolRequestDto[]) {
  return useQuery({ ...useTRPC().pool.queue.queryOptions(), refetchInterval: REFRESH_MS, ...seeded(seed) })
}

export function usePoolHistory(window: PoolWindow, seed?: PoolHistoryDto) {
  return useQuery({
    ...useTRPC().pool.history.queryOptions({ window }),
    refetchInterval: HISTORY_EVERY_MS,
    placeholderData: keepPreviousData,
    ...seeded(seed),
  })
}

/** Asks for the pool anew as soon as the exchange tells that the wallet's account has changed: every request changes it. */
export function usePoolRenewal(): void {
  const authority = useAuthority()
  const queryClient = useQueryClient()
  const trpc = useTRPC()
  useEffect(() => {
    if (authority === null) return
    return onUserMessage(authority, ({ type }) => {
      if (type === 'subAccount') void queryClient.invalidateQueries({ queryKey: trpc.pool.pathKey() })
    })
  }, [authority, queryClient, trpc])
}

/** What the connected wallet has in the pool; idle without one. */
export function usePoolPosition() {
  const authority = useAuthority()
  const options = useTRPC().pool.position.queryOptions({ authority: authority ?? '' })
  return useQuery({ ...options, enabled: authority !== null, refetchInterval: REFRESH_MS })
}

/** The pool in each market at the prices of now, or as the server rendered them; empty until either is known. */
export function useExposures(): Exposure[] {
  const ids = useMarketIds()
  const views = useMarketViews(ids)
  const { markets, prices } = useSeed()
  const rendered = useMemo(
    () =>
      markets.flatMap((market) => {
        const price = prices?.find((known) => known.market === market.market)
        return price === undefined ? [] : [exposureOf(marketView(market, price))]
      }),
    [markets, prices],
  )
  return useMemo(
    () => (ids.length > 0 && views.size === ids.length ? [...views.values()].map(exposureOf) : rendered),
    [views, ids.length, rendered],
  )
}

/** What the pool is worth: at the prices of now, or as it was last counted while those are on their way. */
export function usePoolValue(pool: PoolDto | undefined, history: PoolHistoryDto | undefined): PoolValue | null {
  const exposures = useExposures()
  if (pool === undefined) return null
  if (exposures.length > 0) return poolValueAt(pool, exposures)
  const last = history?.points.at(-1)
  return last === undefined ? null : { nav: toQuote(last.netAssetValue), shares: toQuote(pool.shares) }
}
