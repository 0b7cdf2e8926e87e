import { useQuery, useQueryClient } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useEffect } from 'react'
import { useTRPC } from '#app/data/trpc.ts'
import { onUserMessage } from '#app/data/user.ts'
import type { Range } from '#server/portfolio/schema.ts'
import { useFirst } from './FirstAnswers.tsx'
import { DEFAULT_RANGE, RANGES } from './ranges.ts'

/** The range in the page's address, so that a link shows the same. */
export const useRange = () => useQueryState('range', parseAsStringLiteral(RANGES).withDefault(DEFAULT_RANGE))

const REFRESH_MS = 60_000
const refreshed = { refetchInterval: REFRESH_MS, staleTime: REFRESH_MS / 2 }
const initial = <T>(data: T | undefined) => (data === undefined ? {} : { initialData: data })

export function useHistory(authority: string, range: Range) {
  const first = useFirst()
  const options = useTRPC().portfolio.history.queryOptions({ authority, range }, refreshed)
  return useQuery({ ...options, ...initial(first?.range === range ? first.history : undefined) })
}

export function useStatistics(authority: string, range: Range) {
  const first = useFirst()
  const options = useTRPC().portfolio.statistics.queryOptions({ authority, range }, refreshed)
  return useQuery({ ...options, ...initial(first?.range === range ? first.statistics : undefined) })
}

export function useCalendar(authority: string, year: number, timeZone: string) {
  const first = useFirst()
  const options = useTRPC().portfolio.calendar.queryOptions({ authority, year, timeZone }, refreshed)
  const known = first?.year === year && first.timeZone === timeZone ? first.calendar : undefined
  return useQuery({ ...options, ...initial(known) })
}

/** Everything here is asked for again when the account trades, or money comes or goes. */
export function useRenewals(authority: string): void {
  const queryClient = useQueryClient()
  const trpc = useTRPC()
  useEffect(
    () =>
      onUserMessage(authority, ({ type }) => {
        if (type !== 'subAccount' && type !== 'order') {
          void queryClient.invalidateQueries({ queryKey: trpc.portfolio.pathKey() })
        }
      }),
    [authority, queryClient, trpc],
  )
}
