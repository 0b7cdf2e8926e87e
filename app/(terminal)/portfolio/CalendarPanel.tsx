'use client'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useSettings } from '#app/data/SettingsProvider.tsx'
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
  { value: 'month', label: 'Month' },
  { value: 'year', label: 'Year' },
] as const

function Total({ label, days, of, data }: TotalProps) {
  const net = netOf(of === null ? days : days.filter((day) => monthOf(day) === of), byDay(data))
  const text = net === null ? null : usd(net)
  return text === null ? null : (
    <span className="text-muted">
      <span className="sr-only">Net result of the {label}: </span>
      <b className={`font-semibold ${signColor(text)}`} data-testid="calendar-total">
        {text}
      </b>
    </span>
  )
}
