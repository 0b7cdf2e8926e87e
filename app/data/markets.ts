import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { acceptMarkets, useSeed } from './market.tsx'
import { useTRPC } from './trpc.ts'

/** 24 h figures are not in the stream; they are asked for again at this pace. */
const REFRESH_MS = 15_000

/** The list of markets, refreshed; its answers feed the stores that `useMarket` reads. */
export function useMarketList() {
  const seed = useSeed().markets
  const trpc = useTRPC()
  const query = useQuery({
    ...trpc.market.list.queryOptions(),
    refetchInterval: REFRESH_MS,
    ...(seed.length > 0 ? { initialData: seed } : {}),
  })
  const { data } = query
  useEffect(() => {
    if (data !== undefined) acceptMarkets(data)
  }, [data])
  return query
}

/** Ids of all markets, in the exchange's order. */
export function useMarketIds(): string[] {
  return useMarketList().data?.map((market) => market.market) ?? []
}
