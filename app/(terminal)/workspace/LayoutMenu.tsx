'use client'
import { LayoutDashboard } from 'lucide-react'
import { lazy } from 'react'
import { t } from '../../i18n/t.ts'
import { Menu } from '../../ui/Menu.tsx'

const LayoutMenuItems = lazy(async () => ({ default: (await import('./LayoutMenuItems.tsx')).LayoutMenuItems }))

/** Presets, hidden panels and the way back, for the width of this window. */
export function LayoutMenu() {
  return (
    <Menu
      label={t('Layout')}
      align="end"
      trigger={<LayoutDashboard aria-hidden className="size-4" />}
      triggerClassName="grid size-7 place-items-center rounded-md text-faint hover:bg-hover"
    >
      <LayoutMenuItems />
    </Menu>
  )
}
