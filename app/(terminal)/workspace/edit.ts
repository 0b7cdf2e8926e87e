/** What can be done to a layout. Loaded when a hand or the focus first comes near a handle. */

import { PANEL } from './panels.ts'
import { type Box, GAP, leastOf, lengthsOf, toPx } from './place.ts'
import {
  activate,
  type Child,
  type Group,
  groupsOf,
  isGroup,
  type Layout,
  mapGroups,
  type Node,
  type PanelId,
  type Path,
} from './tree.ts'

export type Edge = 'left' | 'right' | 'top' | 'bottom'
/** Into the group of `beside` (`middle`), or next to it; without `beside` along an edge of the whole workspace. */
export type DockTarget = { beside: PanelId; side: Edge | 'middle' } | { beside: null; side: Edge }

/** Takes `panel` out; undefined when it was the last one. */
export function hide(layout: Layout, panel: PanelId): Layout | undefined {
  return without(layout, panel)
}

/** Puts a hidden panel in front of the one it belongs with. */
export function show(layout: Layout, panel: PanelId): Layout {
  const groups = groupsOf(layout)
  if (groups.some((group) => group.panels.includes(panel))) return activate(layout, panel)
  const home = groups.find((group) => group.panels.includes(PANEL[panel].home)) ?? groups[0]
  const into = (group: Group): Group => (group === home ? { panels: [...group.panels, panel], active: panel } : group)
  return mapGroups(layout, into)
}

/** Moves `panel` to `target`; the same layout when there is nothing to move. */
export function dock(layout: Layout, panel: PanelId, target: DockTarget): Layout {
  const home = groupsOf(layout).find((group) => group.panels.includes(panel))
  if (home === undefined || (target.beside !== null && home.panels.includes(target.beside) && alone(home, target)))
    return layout
  const left = without(layout, panel)
  if (left === undefined) return layout
  const moved: Group = { panels: [panel], active: panel }
  if (target.beside === null) return atEdge(left, moved, target.side)
  // A panel that splits off its own group is found by whoever stays in it.
  const beside = target.beside === panel ? home.panels.find((other) => other !== panel) : target.beside
  if (beside === undefined) return layout
  const { side } = target
  if (side === 'middle') {
    return mapGroups(left, (group) =>
      group.panels.includes(beside) ? { panels: [...group.panels, panel], active: panel } : group,
    )
  }
  return splitAt(left, beside, moved, side)
}

/** A panel alone in its group has nowhere to split off to, and joining its own group changes nothing. */
const alone = (home: Group, { side }: DockTarget): boolean => home.panels.length === 1 || side === 'middle'

/** Moves the line after child `index` of the split at `path` by `delta` px, as far as both neighbours allow; `box`: the workspace. */
export function resize(layout: Layout, path: Path, index: number, delta: number, box: Box): Layout {
  const split = nodeAt(layout, path)
  if (split === undefined || isGroup(split)) return layout
  const along = split.direction === 'row' ? 'width' : 'height'
  const lengths = lengthsOf(split, { share: 0, px: extentOf(layout, path, box)[along] }).map(({ px }) => px)
  const [a, b] = [split.children[index], split.children[index + 1]]
  const [lengthA, lengthB] = [lengths[index], lengths[index + 1]]
  if (a === undefined || b === undefined || lengthA === undefined || lengthB === undefined) return layout
  const together = lengthA + lengthB
  const least = Math.min(leastOf(a.node)[along], lengthA)
  const most = together - Math.min(leastOf(b.node)[along], lengthB)
  lengths[index] = Math.round(Math.min(most, Math.max(least, lengthA + delta)))
  lengths[index + 1] = together - lengths[index]
  // Shares are what the children measure now: only their proportion counts, so none of the others moves.
  const children = split.children.map((child, at) => {
    const value = lengths[at] ?? child.size.value
    return { ...child, size: { ...child.size, value: Math.max(1, value) } }
  })
  return replaceAt(layout, path, { ...split, children })
}

function nodeAt(node: Node, path: Path): Node | undefined {
  return path.reduce<Node | undefined>(
    (at, index) => (at === undefined || isGroup(at) ? undefined : at.children[index]?.node),
    node,
  )
}

/** What the node at `path` measures in a workspace of `box`. */
function extentOf(layout: Layout, path: Path, box: Box): Box {
  let [node, extent]: [Node, Box] = [layout, box]
  for (const index of path) {
    if (isGroup(node)) break
    const along = node.direction === 'row' ? 'width' : 'height'
    const length = lengthsOf(node, { share: 1, px: 0 })[index]
    const child = node.children[index]
    if (length === undefined || child === undefined) break
    extent = { ...extent, [along]: toPx(length, extent[along]) }
    node = child.node
  }
  return extent
}

function replaceAt(node: Node, path: Path, next: Node): Node {
  const [head, ...rest] = path
  if (head === undefined) return next
  if (isGroup(node)) return node
  const children = node.children.map((child, index) =>
    index === head ? { ...child, node: replaceAt(child.node, rest, next) } : child,
  )
  return { ...node, children }
}

function without(node: Node, panel: PanelId): Node | undefined {
  if (isGroup(node)) {
    const panels = node.panels.filter((other) => other !== panel)
    const at = node.panels.indexOf(panel)
    const active = node.active === panel ? (panels[at] ?? panels.at(-1)) : node.active
    return active === undefined ? undefined : { panels, active }
  }
  const children = node.children.flatMap((child) => {
    const left = without(child.node, panel)
    return left === undefined ? [] : [{ ...child, node: left }]
  })
  const [only] = children
  if (children.length < 2) return only?.node
  return { ...node, children: withShare(children) }
}

/** Somebody must take what is left: without a share the last one does. */
function withShare(children: readonly Child[]): readonly Child[] {
  if (children.some(({ size }) => size.unit === 'fr')) return children
  return children.map((child, index) =>
    index === children.length - 1 ? { ...child, size: { unit: 'fr' as const, value: 1 } } : child,
  )
}

const directionOf = (edge: Edge) => (edge === 'left' || edge === 'right' ? 'row' : 'column')
const ordered = <T>(edge: Edge, first: T, second: T): [T, T] =>
  edge === 'left' || edge === 'top' ? [second, first] : [first, second]

/** Splits the group of `beside` in halves; in a split of that direction the two become neighbours in it. */
function splitAt(node: Node, beside: PanelId, moved: Group, side: Edge): Node {
  const direction = directionOf(side)
  const half = { unit: 'fr', value: 1 } as const
  if (isGroup(node)) {
    if (!node.panels.includes(beside)) return node
    return { direction, children: ordered(side, { size: half, node }, { size: half, node: moved }) }
  }
  const children = node.children.flatMap((child): Child[] => {
    const here = node.direction === direction && isGroup(child.node) && child.node.panels.includes(beside)
    if (!here) return [{ ...child, node: splitAt(child.node, beside, moved, side) }]
    const size = { ...child.size, value: (child.size.value - (child.size.unit === 'px' ? GAP : 0)) / 2 }
    return ordered(side, { size, node: child.node }, { size, node: moved })
  })
  return { ...node, children }
}

/** Along an edge of everything, as wide or high as the panel needs and half as much again. */
function atEdge(node: Node, moved: Group, side: Edge): Node {
  const direction = directionOf(side)
  const least = leastOf(moved)
  const value = Math.round((direction === 'row' ? least.width : least.height) * 1.5)
  const child: Child = { size: { unit: 'px', value }, node: moved }
  if (!isGroup(node) && node.direction === direction) {
    return {
      ...node,
      children: side === 'left' || side === 'top' ? [child, ...node.children] : [...node.children, child],
    }
  }
  return { direction, children: ordered(side, { size: { unit: 'fr', value: 1 }, node }, child) }
}
