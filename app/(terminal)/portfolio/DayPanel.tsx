'use client'
import { X } from 'lucide-react'
import { t } from '#app/i18n/t.ts'
import { IconButton } from '#app/ui/Button.tsx'
import { signColor } from '#app/ui/format.ts'
import { Stat } from '#app/ui/Stat.tsx'
import { EmptyState } from '#app/ui/states.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import type { CalendarDayDto } from '#server/portfolio/schema.ts'
import { TableSkeleton } from '../account/TableSkeleton.tsx'
import type { Day } from './calendar.ts'
import { dayName } from './day-look.ts'
import { toQuote, usd } from './figures.ts'

const load = () => import('../account/HistoryTables.tsx')

type DayPanelProps = { authority: string; day: Day; result: CalendarDayDto | undefined; onClose: () => void }

/** What happened on one day: its sums, and the fills they are made of. */
export function DayPanel({ authority, day, result, onClose }: DayPanelProps) {
  const tables = useLoaded(load, true)
  const figure = (label: string, amount: bigint) => {
    const text = usd(amount)
    return (
      <Stat label={label}>
        <span className={signColor(text)}>{text}</span>
      </Stat>
    )
  }
  return (
    <section aria-label={dayName(day)} className="mt-3 grid gap-2 border-line border-t pt-3">
      <header className="flex items-center gap-2">
        <h3 className="font-semibold">{dayName(day)}</h3>
        <IconButton size="sm" label={t('Close the day')} className="ml-auto" onClick={onClose}>
          <X aria-hidden className="size-3.5" />
        </IconButton>
      </header>
      {result === undefined ? (
        <EmptyState title={t('Nothing was realised on this day')} />
      ) : (
        <>
          <div className="flex flex-wrap gap-x-8 gap-y-2">
            {figure(t('Net'), toQuote(result.net))}
            {figure(t('Realised PnL'), toQuote(result.realisedPnl))}
            {figure(t('Fees'), -toQuote(result.fees))}
            {figure(t('Funding'), toQuote(result.funding))}
            {result.interest !== '0' && figure(t('Interest'), -toQuote(result.interest))}
            {result.other !== '0' && figure(t('Other'), toQuote(result.other))}
            <Stat label={t('Fills')}>{result.fills}</Stat>
          </div>
          {result.fills > 0 && (
            <div className="flex max-h-80 min-h-0 flex-col">
              {tables === undefined ? (
                <TableSkeleton />
              ) : (
                <tables.FillsTable authority={authority} market={null} from={result.from} to={result.to} />
              )}
            </div>
          )}
        </>
      )}
    </section>
  )
}
