'use client'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { t, word } from '#app/i18n/t.ts'
import { IconButton } from '#app/ui/Button.tsx'
import { signColor } from '#app/ui/format.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { addMonths, byDay, type Day, monthOf, netOf, today, yearOf } from './calendar.ts'
import { DayPanel } from './DayPanel.tsx'
import { monthName } from './day-look.ts'
import { usd } from './figures.ts'
import { MonthGrid } from './MonthGrid.tsx'
import { Panel } from './Panel.tsx'
import { useCalendar } from './queries.ts'
import { YearGrid } from './YearGrid.tsx'

const VIEWS = [
  { value: 'month', label: word('Month') },
  { value: 'year', label: word('Year') },
] as const

/** What each day came to: a month as a grid with its weeks, a year at a glance, and behind each day what happened. */
export function CalendarPanel({ authority, now }: { authority: string; now: number }) {
  const timeZone = useSettings((settings) => settings.timeZone)
  const present = today(now, timeZone)
  const [view, setView] = useState<'month' | 'year'>('month')
  const [month, setMonth] = useState(monthOf(present))
  const [chosen, setChosen] = useState<Day | null>(null)
  const year = yearOf(month)
  const asked = useCalendar(authority, year, timeZone)
  const step = view === 'month' ? 1 : 12
  const title = view === 'month' ? monthName(month) : String(year)
  const isLast = view === 'month' ? month >= monthOf(present) : year >= yearOf(present)

  const move = (months: number): void => {
    setMonth(addMonths(month, months))
    setChosen(null)
  }
  return (
    <Panel
      title={t('Calendar')}
      asked={asked}
      aside={
        <>
          <span className="flex items-center gap-1">
            <IconButton
              size="sm"
              label={t(view === 'month' ? 'The month before' : 'The year before')}
              onClick={() => move(-step)}
            >
              <ChevronLeft aria-hidden className="size-3.5" />
            </IconButton>
            <span aria-live="polite" className="min-w-28 text-center font-medium">
              {title}
            </span>
            <IconButton
              size="sm"
              label={t(view === 'month' ? 'The month after' : 'The year after')}
              disabled={isLast}
              onClick={() => move(step)}
            >
              <ChevronRight aria-hidden className="size-3.5" />
            </IconButton>
          </span>
          {asked.data !== undefined && (
            <Total
              label={t(view === 'month' ? 'Net result of the month' : 'Net result of the year')}
              days={asked.data.map(({ day }) => day)}
              of={view === 'month' ? month : null}
              data={asked.data}
            />
          )}
          <Segmented
            dense
            label={t('Calendar view')}
            value={view}
            items={VIEWS.map(({ value, label }) => ({ value, label: t(label) }))}
            onChange={setView}
            className="ml-auto w-32"
          />
        </>
      }
    >
      {(days) => {
        const results = byDay(days)
        const shown = chosen === null ? undefined : results.get(chosen)
        return (
          <>
            {view === 'month' ? (
              <MonthGrid month={month} present={present} results={results} chosen={chosen} onChoose={setChosen} />
            ) : (
              <YearGrid
                year={year}
                results={results}
                chosen={chosen}
                onChoose={(day) => {
                  setChosen(day)
                  setMonth(monthOf(day))
                }}
              />
            )}
            {chosen !== null && (
              <DayPanel authority={authority} day={chosen} result={shown} onClose={() => setChosen(null)} />
            )}
            <p className="pt-2 text-faint text-xs">
              {t('Realised, after fees, funding and interest. Days begin at midnight, {timeZone}.', { timeZone })}
            </p>
          </>
        )
      }}
    </Panel>
  )
}

type TotalProps = { label: string; days: readonly Day[]; of: string | null; data: Parameters<typeof byDay>[0] }

function Total({ label, days, of, data }: TotalProps) {
  const net = netOf(of === null ? days : days.filter((day) => monthOf(day) === of), byDay(data))
  const text = net === null ? null : usd(net)
  return text === null ? null : (
    <span className="text-muted">
      <span className="sr-only">{label}: </span>
      <b className={`font-semibold ${signColor(text)}`} data-testid="calendar-total">
        {text}
      </b>
    </span>
  )
}
