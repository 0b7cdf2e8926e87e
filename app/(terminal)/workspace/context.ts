'use client'
import { createContext, type PointerEvent, useContext, useSyncExternalStore } from 'react'
import { toast } from 'sonner'
import { t } from '../../i18n/t.ts'
import { BREAKPOINTS, type Breakpoint, MEDIA } from './presets.ts'
import type { Group, Layout, PanelId } from './tree.ts'

export type Editing = typeof import('./edit.ts')

/** What `change` needs comes later; without a line it does not come at all. */
export const sayNotLoaded = (): void => {
  toast.error(t('This part of the page could not load. Check the connection and try again.'))
}

export const loadEditing = (): Promise<Editing> => import('./edit.ts')

export type WorkspaceActions = {
  /** Changes the layout on the screen and keeps it; `said` tells a screen reader what happened. */
  change: (make: (editing: Editing, layout: Layout) => Layout | undefined, said?: string) => void
  /** Brings a panel to the front of its group, and the focus to its tab. */
  activate: (panel: PanelId) => void
  /** Brings a panel before its reader's eyes, wherever it stands. The focus stays where it is. */
  reveal: (panel: PanelId) => void
  /** The layout on the screen. */
  layout: () => Layout | undefined
  /** A press on the handle of a panel, which may become a drag. */
  grab: (panel: PanelId, event: PointerEvent) => void
  /** The panel whose tab takes the focus once it is there. */
  focusNext: { current: PanelId | undefined }
}

export const WorkspaceContext = createContext<WorkspaceActions | undefined>(undefined)

/** Where a panel stands: its group at each breakpoint that shows it. */
export type PanelPlace = { panel: PanelId; groups: readonly { breakpoint: Breakpoint; group: Group }[] }

export const PanelContext = createContext<PanelPlace | undefined>(undefined)

/** The panel around; undefined on a phone and on other pages, where nothing is docked. */
export function usePanel(): (PanelPlace & WorkspaceActions) | undefined {
  const actions = useContext(WorkspaceContext)
  const place = useContext(PanelContext)
  return actions === undefined || place === undefined ? undefined : { ...place, ...actions }
}

function subscribe(listener: () => void): () => void {
  const queries = BREAKPOINTS.map((breakpoint) => matchMedia(MEDIA[breakpoint]))
  for (const query of queries) query.addEventListener('change', listener)
  return () => {
    for (const query of queries) query.removeEventListener('change', listener)
  }
}

const current = (): Breakpoint => BREAKPOINTS.find((breakpoint) => matchMedia(MEDIA[breakpoint]).matches) ?? 'wide'

/** Undefined until the browser says it: the server prepares every breakpoint, and the style sheet shows the right one. */
export function useBreakpoint(): Breakpoint | undefined {
  return useSyncExternalStore<Breakpoint | undefined>(subscribe, current, () => undefined)
}

/** Shown at this breakpoint only. */
export const ONLY_AT: Readonly<Record<Breakpoint, string>> = {
  medium: 'lg:hidden',
  wide: 'max-lg:hidden 2xl:hidden',
  ultra: 'max-2xl:hidden',
}

/** Not shown at this breakpoint. */
export const HIDDEN_AT: Readonly<Record<Breakpoint, string>> = {
  medium: 'max-lg:hidden',
  wide: 'lg:max-2xl:hidden',
  ultra: '2xl:hidden',
}
