'use client'
import { type KeyboardEvent, useRef } from 'react'
import { t } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { addDays, columnsOf, type Day, type Results, strengths, yearOf } from './calendar.ts'
import { dayName, shortMonth, tint } from './day-look.ts'
import { toQuote, usd } from './figures.ts'

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 }
const STRONGEST = 90

type YearGridProps = { year: number; results: Results; chosen: Day | null; onChoose: (day: Day) => void }

/** A year at a glance, a column for each week. One stop of the Tab key; arrows move by days and weeks. */
export function YearGrid({ year, results, chosen, onChoose }: YearGridProps) {
  const grid = useRef<HTMLFieldSetElement>(null)
  const strength = strengths(results.values())
  const entry = chosen ?? [...results.keys()].at(-1) ?? `${year}-01-01`
  const move = (event: KeyboardEvent<HTMLButtonElement>, day: Day): void => {
    const by = STEPS[event.key]
    if (by === undefined) return
    event.preventDefault()
    const to = addDays(day, by)
    if (yearOf(to) === year) grid.current?.querySelector<HTMLElement>(`[data-day="${to}"]`)?.focus()
  }
  return (
    <div className="overflow-x-auto pb-1">
      <fieldset ref={grid} className="grid min-w-160 grid-flow-col gap-[3px]">
        <legend className="sr-only">{t('Results of {year} by day', { year })}</legend>
        {columnsOf(year).map((week, column) => (
          <div
            key={week.find((day) => day !== null)}
            className="grid grid-rows-[14px_repeat(7,minmax(10px,1fr))] gap-[3px]"
          >
            <span aria-hidden className="w-0 whitespace-nowrap text-2xs text-faint">
              {monthHead(week, column)}
            </span>
            {week.map((day, place) =>
              day === null ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a place in the week
                <span key={place} />
              ) : (
                <button
                  key={day}
                  type="button"
                  data-day={day}
                  tabIndex={day === entry ? 0 : -1}
                  title={titleOf(day, results)}
                  aria-label={titleOf(day, results)}
                  aria-pressed={day === chosen}
                  onClick={() => onChoose(day)}
                  onKeyDown={(event) => move(event, day)}
                  className={cx(
                    'aspect-square w-full rounded-[2px] bg-raised',
                    day === chosen && 'outline-2 outline-accent',
                  )}
                  style={{ background: tint(strength.get(day) ?? 0, STRONGEST) }}
                />
              ),
            )}
          </div>
        ))}
      </fieldset>
    </div>
  )
}

/** Over the week in which a month begins. */
function monthHead(week: readonly (Day | null)[], column: number): string {
  const first = week.find((day) => day?.endsWith('-01') === true)
  if (first == null) return ''
  // January's stands over the first column, whichever weekday it begins on.
  return shortMonth(column === 0 ? `${first.slice(0, 4)}-01-01` : first)
}

function titleOf(day: Day, results: Results): string {
  const net = results.get(day)?.net
  return `${dayName(day)}: ${net === undefined ? t('nothing realised') : usd(toQuote(net))}`
}
