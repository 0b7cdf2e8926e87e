'use client'
import { t } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { signColor } from '#app/ui/format.ts'
import { type Day, netOf, type Results, strengths, weeksOf } from './calendar.ts'
import { monthName, tint, weekdays } from './day-look.ts'
import { roundUsd, toQuote } from './figures.ts'

type MonthGridProps = {
  month: string
  present: Day
  results: Results
  chosen: Day | null
  onChoose: (day: Day) => void
}

/** A month by weeks, each with its sum. */
export function MonthGrid({ month, present, results, chosen, onChoose }: MonthGridProps) {
  const weeks = weeksOf(month)
  const strength = strengths(weeks.flat().flatMap((day) => (day === null ? [] : (results.get(day) ?? []))))
  return (
    <table aria-label={t('Results by day')} className="w-full table-fixed border-separate border-spacing-[3px]">
      <thead>
        <tr className="text-faint text-xs">
          {weekdays().map((day) => (
            <th key={day} scope="col" className="px-1 text-left font-normal">
              {day}
            </th>
          ))}
          <th scope="col" className="w-16 px-1 text-right font-normal max-md:w-11">
            {t('Week')}
          </th>
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => {
          const net = netOf(week, results)
          const text = net === null ? '' : roundUsd(net)
          return (
            <tr key={week.find((day) => day !== null)}>
              {week.map((day, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a place in the week
                <td key={place} className="h-12 p-0">
                  {day !== null && (
                    <Cell
                      day={day}
                      present={present}
                      net={results.get(day)?.net}
                      strength={strength.get(day) ?? 0}
                      chosen={day === chosen}
                      onChoose={onChoose}
                    />
                  )}
                </td>
              ))}
              <td className={cx('px-1 text-right text-muted max-md:text-2xs', signColor(text))}>{text}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

type CellProps = {
  day: Day
  present: Day
  net: string | undefined
  strength: number
  chosen: boolean
  onChoose: (day: Day) => void
}

function Cell({ day, present, net, strength, chosen, onChoose }: CellProps) {
  const amount = net === undefined ? null : toQuote(net)
  return (
    <button
      type="button"
      disabled={day > present}
      aria-pressed={chosen}
      onClick={() => onChoose(day)}
      className={cx(
        'flex size-full flex-col justify-between rounded-sm bg-raised px-1.5 py-1 text-left disabled:opacity-45',
        chosen ? 'outline-2 outline-accent' : 'hover:not-disabled:outline-1 hover:not-disabled:outline-line-strong',
      )}
      style={{ background: tint(strength) }}
    >
      <span className={cx('text-xs', day === present ? 'font-semibold text-text underline' : 'text-muted')}>
        {Number(day.slice(8))}
        <span className="sr-only">{` ${monthName(day)}: ${amount === null ? t('nothing realised') : ''}`}</span>
      </span>
      {amount !== null && <span className="truncate font-medium max-md:text-2xs">{roundUsd(amount)}</span>}
    </button>
  )
}
