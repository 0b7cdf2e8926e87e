'use client'
import { t } from '#app/i18n/t.ts'
import { Skeleton } from '#app/ui/states.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import type { MarketId } from '#server/exchange/schema.ts'

const load = () => import('./ActivityTabs.tsx')

/** The account's tables and what can be done with their rows. Their script comes after the ticket's: it is a third of both. */
export function Activity({ market }: { market: MarketId }) {
  const part = useLoaded(load, true)
  if (part !== undefined) return <part.ActivityTabs market={market} />
  return (
    <div role="status" aria-label={t("The account's tables are loading")} className="flex flex-1 flex-col">
      <div className="flex h-8 shrink-0 items-center border-line border-b px-3">
        <Skeleton className="h-4 w-72" />
      </div>
      <div className="grid gap-2 p-3">
        <Skeleton className="h-6" />
        <Skeleton className="h-6 w-4/5" />
      </div>
    </div>
  )
}
