import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Skeleton } from '#app/ui/states.tsx'

type WaitingProps = { query: { isError: boolean; refetch: () => Promise<unknown> } }

/** In the place of a section's data: on its way, or not to be had. */
export function Waiting({ query: { isError, refetch } }: WaitingProps) {
  if (!isError) return <Skeleton className="h-8" />
  return (
    <p role="alert" className="flex flex-wrap items-center gap-3 text-down">
      {t('The server did not answer.')}
      <Button size="sm" variant="outline" onClick={() => void refetch()}>
        {t('Try again')}
      </Button>
    </p>
  )
}
