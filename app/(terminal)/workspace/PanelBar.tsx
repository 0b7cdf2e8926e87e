'use client'
import { GripVertical } from 'lucide-react'
import { type KeyboardEvent, lazy, type ReactNode, useEffect, useRef } from 'react'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { Menu } from '../../ui/Menu.tsx'
import { ONLY_AT, type PanelPlace, usePanel, type WorkspaceActions } from './context.ts'
import { PANEL } from './panels.ts'
import type { PanelId } from './tree.ts'

type PanelBarProps = {
  /** The panel's own controls, at the right end. */
  children?: ReactNode
  /** A panel with a bar of its own needs none while it stands alone. */
  onlyWithOthers?: boolean
}

/** The head of a docked panel: the tabs of its group, its controls and its handle. */
export function PanelBar({ children, onlyWithOthers = false }: PanelBarProps) {
  const place = usePanel()
  if (place === undefined) return null
  const groups = place.groups.filter(({ group }) => !onlyWithOthers || group.panels.length > 1)
  if (groups.length === 0) return null
  const hidden = place.groups.filter((known) => !groups.includes(known))
  return (
    <div
      className={cx(
        'flex h-8 shrink-0 items-center gap-2 border-line border-b pr-1 pl-3',
        hidden.length > 0 && groups.map(({ breakpoint }) => ONLY_AT[breakpoint]).join(' '),
      )}
    >
      {groups.map(({ breakpoint, group }) => (
        <div key={breakpoint} className={cx('flex h-full min-w-0 shrink-0', groups.length > 1 && ONLY_AT[breakpoint])}>
          {group.panels.length === 1 ? (
            <h2
              onPointerDown={(event) => place.grab(place.panel, event)}
              className="flex cursor-grab select-none items-center font-medium"
            >
              {t(PANEL[place.panel].title)}
            </h2>
          ) : (
            <GroupTabs {...place} panels={group.panels} active={group.active} />
          )}
        </div>
      ))}
      <div className="flex min-w-0 flex-1 items-center justify-end gap-2.5">
        {children}
        <PanelHandle />
      </div>
    </div>
  )
}

type GroupTabsProps = PanelPlace & WorkspaceActions & { panels: readonly PanelId[]; active: PanelId }

/** As ui/Tabs, but each tab is a handle too, and the panel in front brings the bar. */
function GroupTabs({ panels, active, panel, activate, grab, focusNext }: GroupTabsProps) {
  const front = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (focusNext.current !== panel || active !== panel) return
    focusNext.current = undefined
    front.current?.focus()
  }, [active, panel, focusNext])
  const move = (event: KeyboardEvent) => {
    const at = panels.indexOf(active)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: panels.length - 1 }[event.key]
    const next = to === undefined ? undefined : panels[(to + panels.length) % panels.length]
    if (next === undefined) return
    event.preventDefault()
    activate(next)
  }
  return (
    <div
      role="tablist"
      aria-label={panels.map((known) => t(PANEL[known].title)).join(', ')}
      onKeyDown={move}
      className="no-scrollbar flex h-full items-stretch gap-4 overflow-x-auto"
    >
      {panels.map((known) => (
        <button
          key={known}
          ref={known === active ? front : undefined}
          type="button"
          role="tab"
          aria-selected={known === active}
          tabIndex={known === active ? 0 : -1}
          onPointerDown={(event) => grab(known, event)}
          onClick={() => known !== active && activate(known)}
          className="flex select-none items-center whitespace-nowrap border-transparent border-y-2 font-medium text-faint transition-colors hover:text-muted aria-selected:border-b-accent aria-selected:text-text"
        >
          {t(PANEL[known].title)}
        </button>
      ))}
    </div>
  )
}

const PanelMenuItems = lazy(async () => ({ default: (await import('./PanelMenuItems.tsx')).PanelMenuItems }))

/** Drag it to move the panel; press it for the same by keyboard. Nothing where nothing is docked. */
export function PanelHandle() {
  const place = usePanel()
  if (place === undefined) return null
  const { panel, grab } = place
  return (
    <span onPointerDown={(event) => grab(panel, event)} className="flex shrink-0">
      <Menu
        label={t('Move or hide {panel}', { panel: t(PANEL[panel].title) })}
        align="end"
        trigger={<GripVertical aria-hidden className="size-3.5" />}
        triggerClassName="grid h-6 w-5 place-items-center text-ghost"
      >
        <PanelMenuItems />
      </Menu>
    </span>
  )
}
