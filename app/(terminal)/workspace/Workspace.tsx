'use client'
import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useSetSettings, useSettings } from '../../data/SettingsProvider.tsx'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import {
  type Editing,
  HIDDEN_AT,
  loadEditing,
  ONLY_AT,
  PanelContext,
  sayNotLoaded,
  useBreakpoint,
  type WorkspaceActions,
  WorkspaceContext,
} from './context.ts'
import type { DockTarget } from './edit.ts'
import { GutterLine } from './GutterLine.tsx'
import { PANEL } from './panels.ts'
import { type Box, insetOf, leastOf, type PlacedGroup, place, type Rect } from './place.ts'
import { BREAKPOINTS, type Breakpoint, layoutOf } from './presets.ts'
import { activate, groupsOf, type Layout, PANELS, type PanelId, panelsOf, writeLayout } from './tree.ts'

/** Stands in for the size of the workspace until it is measured. */
const USUAL_BOX: Box = { width: 1440, height: 780 }

type Placed = ReturnType<typeof place> & { breakpoint: Breakpoint; layout: Layout }

/**
 * The panels of the terminal as their reader arranged them. Panels are siblings that only change their place, so moving
 * one costs it nothing: what was typed, scrolled or drawn in it stays. The server places them for every breakpoint and
 * the style sheet chooses, so the first paint is where everything will be.
 */
export function Workspace({ panels }: { panels: Readonly<Record<PanelId, ReactNode>> }) {
  const breakpoint = useBreakpoint()
  const { layouts, draft, keep } = useLayouts()
  const container = useRef<HTMLDivElement>(null)
  const [box, setBox] = useState(USUAL_BOX)
  const [said, say] = useState('')
  const [preview, setPreview] = useState<CSSProperties>()
  const placed = useMemo(
    () => BREAKPOINTS.map((at): Placed => ({ breakpoint: at, layout: layouts[at], ...place(layouts[at]) })),
    [layouts],
  )
  // What happens between two renders acts on the newest layout.
  const now = useRef({ breakpoint, layouts, keep })
  now.current = { breakpoint, layouts, keep }

  useEffect(() => {
    const element = container.current
    if (element === null) return
    const sizes = new ResizeObserver(() => setBox({ width: element.clientWidth, height: element.clientHeight }))
    sizes.observe(element)
    // On idle, so that the first move of a line need not wait for it.
    const idle = window.requestIdleCallback?.(() => void loadEditing().catch(() => undefined))
    return () => {
      sizes.disconnect()
      if (idle !== undefined) cancelIdleCallback(idle)
    }
  }, [])

  const [actions] = useState((): WorkspaceActions => {
    const focusNext: WorkspaceActions['focusNext'] = { current: undefined }
    const layout = () =>
      now.current.breakpoint === undefined ? undefined : now.current.layouts[now.current.breakpoint]
    const adopt = (next: Layout) => {
      if (now.current.breakpoint !== undefined) now.current.keep(now.current.breakpoint, next)
    }
    const edit = (editing: Editing, make: Parameters<WorkspaceActions['change']>[0], words: string | undefined) => {
      const before = layout()
      const next = before === undefined ? undefined : make(editing, before)
      if (next === undefined || next === before) return
      adopt(next)
      if (words !== undefined) say(words)
    }
    const change: WorkspaceActions['change'] = (make, words) => {
      loadEditing().then((editing) => edit(editing, make, words), sayNotLoaded)
    }
    return {
      change,
      layout,
      focusNext,
      activate: (panel) => {
        const before = layout()
        if (before === undefined) return
        focusNext.current = panel
        adopt(activate(before, panel))
      },
      reveal: (panel) => {
        const before = layout()
        if (before === undefined || groupsOf(before).some(({ active }) => active === panel)) return
        if (panelsOf(before).includes(panel)) adopt(activate(before, panel))
        else change(({ show }, now) => show(now, panel), undefined)
      },
      grab: (panel, event) => {
        const element = container.current
        if (element === null || event.button !== 0) return
        const { clientX: x, clientY: y, pointerId } = event
        // A press may be over before the code of a drag is here.
        const press = new AbortController()
        addEventListener('pointerup', () => press.abort(), { once: true, signal: press.signal })
        import('./drag.ts').then(({ dragPanel }) => {
          if (press.signal.aborted) return
          press.abort()
          const drop = (target: DockTarget) =>
            change(
              ({ dock }, before) => dock(before, panel, target),
              t('{panel} moved', { panel: t(PANEL[panel].title) }),
            )
          dragPanel(element, panel, { x, y, pointerId }, setPreview, drop)
        }, sayNotLoaded)
      },
    }
  })

  const shown = breakpoint === undefined ? placed : placed.filter((at) => at.breakpoint === breakpoint)
  return (
    <WorkspaceContext value={actions}>
      <div className="relative min-h-0 flex-1 overflow-auto">
        <div
          ref={container}
          style={leastSizes(placed)}
          className="relative size-full max-lg:min-h-(--medium-height) max-lg:min-w-(--medium-width) lg:min-h-(--wide-height) lg:min-w-(--wide-width) 2xl:min-h-(--ultra-height) 2xl:min-w-(--ultra-width)"
        >
          {PANELS.map((panel) => (
            <DockedPanel key={panel} panel={panel} placed={placed} shown={shown}>
              {panels[panel]}
            </DockedPanel>
          ))}
          {shown.flatMap((at) =>
            at.gutters.map((gutter) => (
              <GutterLine
                key={`${at.breakpoint}${gutter.path.join()}.${gutter.index}`}
                gutter={gutter}
                layout={at.layout}
                box={box}
                className={ONLY_AT[at.breakpoint]}
                onMove={(layout) => draft(at.breakpoint, layout)}
                onMoved={(layout) => keep(at.breakpoint, layout)}
              />
            )),
          )}
          {preview !== undefined && (
            <div
              style={preview}
              className="pointer-events-none absolute z-30 rounded-sm border-2 border-accent bg-accent-soft transition-all"
            />
          )}
        </div>
      </div>
      <p role="status" className="sr-only">
        {said}
      </p>
    </WorkspaceContext>
  )
}

type DockedProps = { panel: PanelId; placed: readonly Placed[]; shown: readonly Placed[]; children: ReactNode }

/** One panel in its place. Behind others it is not there at all, unless it must live on. */
function DockedPanel({ panel, placed, shown, children }: DockedProps) {
  const homes = (all: readonly Placed[]) =>
    all.flatMap(({ breakpoint, groups }) => {
      const home = groups.find(({ group }) => group.panels.includes(panel))
      return home === undefined ? [] : [{ breakpoint, ...home }]
    })
  const all = homes(placed)
  const front = homes(shown).filter(({ group }) => group.active === panel)
  const key = homes(shown)
    .map(({ breakpoint, group }) => `${breakpoint} ${writeLayout(group)}`)
    .join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that its bar shows of the layout
  const where = useMemo(() => ({ panel, groups: homes(shown) }), [key])
  if (front.length === 0 && !PANEL[panel].stays) return null
  return (
    <div
      data-panel={panel}
      style={insets(all)}
      className={cx(
        'absolute flex min-h-0 min-w-0 flex-col overflow-hidden bg-panel max-lg:inset-(--medium) lg:inset-(--wide) 2xl:inset-(--ultra)',
        BREAKPOINTS.filter((at) => !isInFront(all, panel, at))
          .map((at) => HIDDEN_AT[at])
          .join(' '),
      )}
    >
      <PanelContext value={where}>{children}</PanelContext>
    </div>
  )
}

type Home = PlacedGroup & { breakpoint: Breakpoint }

const isInFront = (homes: readonly Home[], panel: PanelId, at: Breakpoint): boolean =>
  homes.some(({ breakpoint, group }) => breakpoint === at && group.active === panel)

const insets = (homes: readonly { breakpoint: Breakpoint; rect: Rect }[]): CSSProperties =>
  Object.fromEntries(homes.map(({ breakpoint, rect }) => [`--${breakpoint}`, insetOf(rect)]))

/** A window too small for what a layout needs scrolls instead of crushing it. */
const leastSizes = (placed: readonly Placed[]): CSSProperties =>
  Object.fromEntries(
    placed.flatMap(({ breakpoint, layout }) => {
      const { width, height } = leastOf(layout)
      return [
        [`--${breakpoint}-width`, `${width}px`],
        [`--${breakpoint}-height`, `${height}px`],
      ]
    }),
  )

type Layouts = Readonly<Record<Breakpoint, Layout>>

/** The layout of each breakpoint as it was kept, or as it is being dragged. */
function useLayouts() {
  const kept = useSettings((settings) => settings.layouts)
  const set = useSetSettings()
  const [drafted, setDrafted] = useState<Partial<Layouts>>({})
  const layouts = useMemo((): Layouts => {
    const at = (breakpoint: Breakpoint) => drafted[breakpoint] ?? layoutOf(breakpoint, kept[breakpoint])
    return { medium: at('medium'), wide: at('wide'), ultra: at('ultra') }
  }, [kept, drafted])
  return {
    layouts,
    draft: (breakpoint: Breakpoint, layout: Layout) => setDrafted({ [breakpoint]: layout }),
    keep: (breakpoint: Breakpoint, layout: Layout) => {
      setDrafted({})
      set((settings) => ({ layouts: { ...settings.layouts, [breakpoint]: writeLayout(layout) } }))
    },
  }
}
