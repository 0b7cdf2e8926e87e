'use client'
import { MenuItem, MenuSeparator } from '../../ui/popup/menu.tsx'
import { usePanel } from './context.ts'
import type { DockTarget, Edge } from './edit.ts'
import { PANEL } from './panels.ts'
import { groupsOf } from './tree.ts'

const EDGES: readonly { edge: Edge; split: string; along: string }[] = [
  { edge: 'left', split: 'Split off to the left', along: 'Along the left edge' },
  { edge: 'right', split: 'Split off to the right', along: 'Along the right edge' },
  { edge: 'top', split: 'Split off above', along: 'Along the top edge' },
  { edge: 'bottom', split: 'Split off below', along: 'Along the bottom edge' },
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
  const title = PANEL[panel].title
  const dock = (target: DockTarget) =>
    change((editing, before) => editing.dock(before, panel, target), `${title} moved`)
  return (
    <>
      {group !== undefined && group.panels.length > 1 && (
        <>
          {EDGES.map(({ edge, split }) => (
            <MenuItem key={edge} onClick={() => dock({ beside: panel, side: edge })}>
              {split}
            </MenuItem>
          ))}
          <MenuSeparator />
        </>
      )}
      {others.map((front) => (
        <MenuItem key={front} onClick={() => dock({ beside: front, side: 'middle' })}>
          Join {PANEL[front].title}
        </MenuItem>
      ))}
      {others.length > 0 && <MenuSeparator />}
      {EDGES.map(({ edge, along }) => (
        <MenuItem key={edge} onClick={() => dock({ beside: null, side: edge })}>
          {along}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onClick={() => change((editing, before) => editing.hide(before, panel), `${title} hidden`)}>
        Hide {title}
      </MenuItem>
    </>
  )
}
