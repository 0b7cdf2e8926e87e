/** What a layout is made of, and the text it is kept as. */
export const PANELS = ['chart', 'depth', 'book', 'trades', 'ticket', 'account', 'activity'] as const
export type PanelId = (typeof PANELS)[number]

/** `px` keeps its size when the window grows; `fr` takes a share of what the others leave. */
export type Size = { unit: 'px' | 'fr'; value: number }
/** Panels one behind the other. */
export type Group = { panels: readonly PanelId[]; active: PanelId }
/** Nodes side by side or one below the other; at least one of them has a share. */
export type Split = { direction: 'row' | 'column'; children: readonly Child[] }
export type Child = { size: Size; node: Node }
export type Node = Group | Split
export type Layout = Node

/** Which child of each split leads to a node. */
export type Path = readonly number[]

export const isGroup = (node: Node): node is Group => 'panels' in node

export const groupsOf = (node: Node): Group[] =>
  isGroup(node) ? [node] : node.children.flatMap((child) => groupsOf(child.node))

export const panelsOf = (node: Node): PanelId[] => groupsOf(node).flatMap((group) => group.panels)

export function mapGroups(node: Node, change: (group: Group) => Group): Node {
  if (isGroup(node)) return change(node)
  return { ...node, children: node.children.map((child) => ({ ...child, node: mapGroups(child.node, change) })) }
}

/** Brings `panel` to the front of its group. */
export function activate(layout: Layout, panel: PanelId): Layout {
  return mapGroups(layout, (group) => (group.panels.includes(panel) ? { ...group, active: panel } : group))
}

/*
 * row(column(chart*+depth@1fr~activity*@250px)@1fr~ticket*@312px): children with their sizes, the panels of a group
 * joined by +, the one in front marked. Only signs that a cookie takes as they are.
 */
const SIZE = /^@(\d{1,5}(?:\.\d{1,3})?)(px|fr)/
const GROUP = /^[a-z]+\*?(?:\+[a-z]+\*?)*/

export function writeLayout(node: Node): string {
  if (isGroup(node)) return node.panels.map((panel) => (panel === node.active ? `${panel}*` : panel)).join('+')
  const children = node.children.map(({ size, node: child }) => {
    return `${writeLayout(child)}@${Number(size.value.toFixed(size.unit === 'px' ? 0 : 3))}${size.unit}`
  })
  return `${node.direction}(${children.join('~')})`
}

/** The layout of a text; undefined when it is none, names an unknown panel, or one twice. */
export function readLayout(text: string): Layout | undefined {
  const reader = { rest: text }
  const layout = readNode(reader)
  if (layout === undefined || reader.rest !== '') return undefined
  const panels = panelsOf(layout)
  return new Set(panels).size === panels.length ? layout : undefined
}

type Reader = { rest: string }

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  const match = pattern.exec(reader.rest)
  if (match === null) return undefined
  reader.rest = reader.rest.slice(match[0].length)
  return match
}

function readNode(reader: Reader): Node | undefined {
  const split = take(reader, /^(row|column)\(/)?.[1]
  if (split === undefined) return readGroup(reader)
  const children: Child[] = []
  do {
    const node = readNode(reader)
    const size = take(reader, SIZE)
    const value = Number(size?.[1])
    if (node === undefined || size === undefined || !(value > 0)) return undefined
    children.push({ node, size: { unit: size[2] === 'px' ? 'px' : 'fr', value } })
  } while (take(reader, /^~/) !== undefined)
  const closed = take(reader, /^\)/) !== undefined
  if (!closed || children.length < 2 || children.every(({ size }) => size.unit === 'px')) return undefined
  return { direction: split === 'row' ? 'row' : 'column', children }
}

function readGroup(reader: Reader): Group | undefined {
  const words = take(reader, GROUP)?.[0].split('+') ?? []
  const panels = words.map((word) => PANELS.find((panel) => panel === word.replace('*', '')))
  const active = panels[words.findIndex((word) => word.endsWith('*'))]
  const known = panels.filter((panel) => panel !== undefined)
  return active === undefined || known.length < words.length ? undefined : { panels: known, active }
}
