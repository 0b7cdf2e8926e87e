'use client'
import { t, word } from '../../i18n/t.ts'
import { MenuItem, MenuSeparator } from '../../ui/popup/menu.tsx'
import { usePanel } from './context.ts'
import type { DockTarget, Edge } from './edit.ts'
import { PANEL } from './panels.ts'
import { groupsOf } from './tree.ts'

const EDGES: readonly { edge: Edge; split: string; along: string }[] = [
  { edge: 'left', split: word('Split off to the left'), along: word('Along the left edge') },
  { edge: 'right', split: word('Split off to the right'), along: word('Along the right edge') },
  { edge: 'top', split: word('Split off above'), along: word('Along the top edge') },
  { edge: 'bottom', split: word('Split off below'), along: word('Along the bottom edge') },
]

/** Everything a drag can do with a panel, for the keyboard. Joining another group and splitting off again leads anywhere. */
export function PanelMenuItems() {
  const place = usePanel()
  const layout = place?.layout()
  if (place === undefined || layout === undefined) return null
  const { panel, change } = place
  const groups = groupsOf(layout)
  const group = groups.find((known) => known.panels.includes(panel))
  const others = groups.filter((known) => known !== group).map((known) => known.active)
  const title = t(PANEL[panel].title)
  const dock = (target: DockTarget) =>
    change((editing, before) => editing.dock(before, panel, target), t('{panel} moved', { panel: title }))
  return (
    <>
      {group !== undefined && group.panels.length > 1 && (
        <>
          {EDGES.map(({ edge, split }) => (
            <MenuItem key={edge} onClick={() => dock({ beside: panel, side: edge })}>
              {t(split)}
            </MenuItem>
          ))}
          <MenuSeparator />
        </>
      )}
      {others.map((front) => (
        <MenuItem key={front} onClick={() => dock({ beside: front, side: 'middle' })}>
          {t('Join {panel}', { panel: t(PANEL[front].title) })}
        </MenuItem>
      ))}
      {others.length > 0 && <MenuSeparator />}
      {EDGES.map(({ edge, along }) => (
        <MenuItem key={edge} onClick={() => dock({ beside: null, side: edge })}>
          {t(along)}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem
        onClick={() => change((editing, before) => editing.hide(before, panel), t('{panel} hidden', { panel: title }))}
      >
        {t('Hide {panel}', { panel: title })}
      </MenuItem>
    </>
  )
}
