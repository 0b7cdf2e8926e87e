'use client'
import { ChevronDown, Download } from 'lucide-react'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { t } from '#app/i18n/t.ts'
import { Menu, MenuItem } from '#app/ui/Menu.tsx'
import { today, yearOf } from './calendar.ts'

/** So many whole years back, and everything. */
const YEARS = 3

/** The account's ledger as one file: fees, funding and realised PnL of each event, and what came in and went out. */
export function ExportMenu({ authority, now }: { authority: string; now: number }) {
  const timeZone = useSettings((settings) => settings.timeZone)
  const year = yearOf(today(now, timeZone))
  const save = (of: number | null): void => {
    const query = new URLSearchParams({ timeZone, ...(of === null ? {} : { year: String(of) }) })
    const link = document.createElement('a')
    link.href = `/api/portfolio/csv/${authority}?${query}`
    // The server names the file.
    link.download = ''
    link.click()
  }
  return (
    <Menu
      label={t('Export')}
      align="end"
      triggerClassName="h-8 gap-2 rounded-md bg-raised px-3 font-medium hover:bg-hover"
      trigger={
        <>
          <Download aria-hidden className="size-3.5" />
          CSV
          <ChevronDown aria-hidden className="size-3 text-faint" />
        </>
      }
    >
      <p className="px-2 py-1 text-faint text-xs">{t('Ledger for taxes, days in {timeZone}', { timeZone })}</p>
      <MenuItem onClick={() => save(null)}>{t('Everything')}</MenuItem>
      {Array.from({ length: YEARS }, (_, ago) => year - ago).map((of) => (
        <MenuItem key={of} onClick={() => save(of)}>
          {of}
        </MenuItem>
      ))}
    </Menu>
  )
}
