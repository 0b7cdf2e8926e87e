import { PANEL } from './panels.ts'
import { type Group, isGroup, type Node, type PanelId, type Path, type Split } from './tree.ts'

/** Panels are parted by one pixel. */
export const GAP = 1

/** Along one side of the workspace: a share of it and pixels, so that the server can place what it cannot measure. */
export type Length = { share: number; px: number }
export type Rect = { left: Length; top: Length; width: Length; height: Length }
export type Box = { width: number; height: number }

export type PlacedGroup = { path: Path; group: Group; rect: Rect }
/** The line between two neighbours of a split, `index` and the one after it, and how long those are. */
export type Gutter = { path: Path; index: number; split: Split; rect: Rect; before: Length; after: Length }

const WHOLE: Rect = {
  left: { share: 0, px: 0 },
  top: { share: 0, px: 0 },
  width: { share: 1, px: 0 },
  height: { share: 1, px: 0 },
}

const NOTHING: Length = { share: 0, px: 0 }

const add = (a: Length, b: Length): Length => ({ share: a.share + b.share, px: a.px + b.px })

/** Where everything of a layout stands. */
export function place(layout: Node): { groups: PlacedGroup[]; gutters: Gutter[] } {
  const placed: { groups: PlacedGroup[]; gutters: Gutter[] } = { groups: [], gutters: [] }
  placeNode(layout, WHOLE, [], placed)
  return placed
}

function placeNode(node: Node, rect: Rect, path: Path, placed: ReturnType<typeof place>): void {
  if (isGroup(node)) {
    placed.groups.push({ path, group: node, rect })
    return
  }
  const [start, extent] = node.direction === 'row' ? (['left', 'width'] as const) : (['top', 'height'] as const)
  const lengths = lengthsOf(node, rect[extent])
  let at = rect[start]
  node.children.forEach((child, index) => {
    const length = lengths[index] ?? NOTHING
    placeNode(child.node, { ...rect, [start]: at, [extent]: length }, [...path, index], placed)
    at = add(at, length)
    const after = lengths[index + 1]
    if (after === undefined) return
    const gap = { share: 0, px: GAP }
    const line = { ...rect, [start]: at, [extent]: gap }
    placed.gutters.push({ path, index, split: node, rect: line, before: length, after })
    at = add(at, gap)
  })
}

/** The lengths of a split's children when it is `whole` long. */
export function lengthsOf({ children }: Split, whole: Length): Length[] {
  const fixed = children.reduce((sum, { size }) => sum + (size.unit === 'px' ? size.value : 0), 0)
  const shares = children.reduce((sum, { size }) => sum + (size.unit === 'fr' ? size.value : 0), 0)
  const rest = { share: whole.share, px: whole.px - fixed - GAP * (children.length - 1) }
  return children.map(({ size }) => {
    if (size.unit === 'px') return { share: 0, px: size.value }
    const part = size.value / shares
    return { share: rest.share * part, px: rest.px * part }
  })
}

/** The least a node needs to be of use, px. */
export function leastOf(node: Node): Box {
  if (isGroup(node)) {
    const most = (pick: (panel: PanelId) => number) => Math.max(...node.panels.map(pick))
    return { width: most((panel) => PANEL[panel].minWidth), height: most((panel) => PANEL[panel].minHeight) }
  }
  const along = node.direction === 'row' ? 'width' : 'height'
  const across = along === 'width' ? 'height' : 'width'
  const least = node.children.map((child) => leastOf(child.node))
  const shares = node.children.reduce((sum, { size }) => sum + (size.unit === 'fr' ? size.value : 0), 0)
  let [fixed, rest] = [GAP * (node.children.length - 1), 0]
  node.children.forEach(({ size }, index) => {
    const needed = least[index]?.[along] ?? 0
    if (size.unit === 'px') fixed += Math.max(size.value, needed)
    else rest = Math.max(rest, (needed * shares) / size.value)
  })
  const result = { [along]: Math.ceil(fixed + rest), [across]: Math.max(...least.map((box) => box[across])) }
  return { width: result.width ?? 0, height: result.height ?? 0 }
}

export const toPx = ({ share, px }: Length, whole: number): number => share * whole + px

/** Edges on whole pixels, however the shares fall, so that the lines between panels stay sharp. */
export function insetOf({ left, top, width, height }: Rect): string {
  const from = (at: Length) => `round(${lengthText(at)},1px)`
  const to = (at: Length) => `calc(100% - round(${lengthText(at)},1px))`
  return `${from(top)} ${to(add(left, width))} ${to(add(top, height))} ${from(left)}`
}

const lengthText = ({ share, px }: Length): string =>
  `${Number((share * 100).toFixed(4))}% ${px < 0 ? '-' : '+'} ${Number(Math.abs(px).toFixed(2))}px`
