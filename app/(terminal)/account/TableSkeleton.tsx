import { t } from '#app/i18n/t.ts'
import { Skeleton } from '#app/ui/states.tsx'

/** The shape of a table while it loads. */
export function TableSkeleton() {
  return (
    <div role="status" aria-label={t('Loading')} className="grid gap-2 p-3">
      <Skeleton className="h-6" />
      <Skeleton className="h-6 w-4/5" />
    </div>
  )
}
