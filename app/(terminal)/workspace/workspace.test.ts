import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DockTarget, dock, hide, resize, show } from './edit.ts'
import { PANEL } from './panels.ts'
import { GAP, leastOf, place, type Rect, toPx } from './place.ts'
import { BREAKPOINTS, layoutOf, PRESETS, presetText } from './presets.ts'
import { activate, groupsOf, type Layout, PANELS, type PanelId, panelsOf, readLayout, writeLayout } from './tree.ts'

const BOX = { width: 1440, height: 780 }
const layout = (text: string): Layout => {
  const read = readLayout(text)
  if (read === undefined) throw new Error(`${text} is no layout`)
  return read
}
const usual = layoutOf('wide', undefined)

test.each(BREAKPOINTS.flatMap((breakpoint) => PRESETS.map((preset) => [breakpoint, preset] as const)))(
  '%s %s is a layout of every panel but what it leaves out on purpose, and is written as it was read',
  (breakpoint, preset) => {
    const text = presetText(breakpoint, preset)
    expect(writeLayout(layout(text))).toBe(text)
    expect([...panelsOf(layout(text))].sort()).toEqual([...PANELS].sort())
    expect(layoutOf(breakpoint, preset)).toEqual(layout(text))
  },
)

test.each([
  [''],
  ['nothing*'],
  ['chart'],
  ['chart*+chart'],
  ['row(chart*@1fr)'],
  ['row(chart*@100px~book*@100px)'],
  ['row(chart*@0fr~book*@1fr)'],
  ['row(chart*@1fr~book*@1fr'],
  ['chart*;alert(1)'],
])('%s is no layout, and the default stands in for it', (text) => {
  expect(readLayout(text)).toBeUndefined()
  expect(layoutOf('wide', text)).toEqual(usual)
})

test('pixels stay and shares take what is left, parted by one pixel', () => {
  const { groups, gutters } = place(layout('row(chart*@2fr~book*@1fr~ticket*@300px)'))
  expect(groups.map(({ rect }) => Math.round(toPx(rect.left, 1_000)))).toEqual([0, 466, 700])
  expect(groups.map(({ rect }) => Math.round(toPx(rect.width, 1_000)))).toEqual([465, 233, 300])
  expect(gutters).toHaveLength(2)
})

test('a line moves its two neighbours only, and no panel below what it needs', () => {
  const three = layout('row(chart*@1fr~book*@1fr~ticket*@300px)')
  const widths = (of: Layout) => place(of).groups.map(({ rect }) => Math.round(toPx(rect.width, BOX.width)))
  const [chart = 0, book = 0, ticket = 0] = widths(three)
  expect(widths(resize(three, [], 0, 100, BOX))).toEqual([chart + 100, book - 100, ticket])
  expect(widths(resize(three, [], 1, -50, BOX))).toEqual([chart, book - 50, ticket + 50])
  expect(widths(resize(three, [], 1, 5_000, BOX))[2]).toBe(PANEL.ticket.minWidth)
  expect(widths(resize(three, [], 0, -5_000, BOX))[0]).toBe(PANEL.chart.minWidth)
})

test('a panel joins a group in front, and splits off to the side that was meant', () => {
  const start = layout('row(chart*@1fr~book*@300px)')
  expect(writeLayout(dock(start, 'book', { beside: 'chart', side: 'middle' }))).toBe('chart+book*')
  expect(writeLayout(dock(layout('chart+book*'), 'book', { beside: 'book', side: 'top' }))).toBe(
    'column(book*@1fr~chart*@1fr)',
  )
  expect(writeLayout(dock(start, 'book', { beside: 'chart', side: 'left' }))).toBe('row(book*@1fr~chart*@1fr)')
  expect(
    writeLayout(dock(layout('row(chart*+depth@1fr~book*@301px)'), 'depth', { beside: 'book', side: 'right' })),
  ).toBe('row(chart*@1fr~book*@150px~depth*@150px)')
  expect(writeLayout(dock(start, 'book', { beside: null, side: 'bottom' }))).toBe('column(chart*@1fr~book*@270px)')
  expect(dock(start, 'book', { beside: 'book', side: 'left' })).toBe(start)
})

test('the last panel cannot be hidden; a hidden one comes back in front of where it belongs', () => {
  expect(hide(layout('chart*'), 'chart')).toBeUndefined()
  const without = hide(usual, 'trades')
  expect(without).toBeDefined()
  if (without === undefined) return
  expect(panelsOf(without)).not.toContain('trades')
  const back = show(without, 'trades')
  expect(groupsOf(back).find((group) => group.panels.includes('trades'))).toEqual({
    panels: ['book', 'trades'],
    active: 'trades',
  })
})

const panel = fc.constantFrom(...PANELS)
const edge = fc.constantFrom('left', 'right', 'top', 'bottom')
const target: fc.Arbitrary<DockTarget> = fc.oneof(
  fc.record({ beside: panel, side: fc.oneof(edge, fc.constant('middle')) }) as fc.Arbitrary<DockTarget>,
  fc.record({ beside: fc.constant(null), side: edge }) as fc.Arbitrary<DockTarget>,
)
type Step = { panel: PanelId; target: DockTarget; act: 'dock' | 'hide' | 'show' | 'activate' | 'resize'; delta: number }
const step: fc.Arbitrary<Step> = fc.record({
  panel,
  target,
  act: fc.constantFrom('dock', 'dock', 'hide', 'show', 'activate', 'resize'),
  delta: fc.integer({ min: -2_000, max: 2_000 }),
})

function act(before: Layout, { panel: moved, target: to, act: name, delta }: Step): Layout {
  switch (name) {
    case 'dock':
      return dock(before, moved, to)
    case 'hide':
      return hide(before, moved) ?? before
    case 'show':
      return show(before, moved)
    case 'activate':
      return activate(before, moved)
    case 'resize': {
      const gutter = place(before).gutters[Math.abs(delta) % Math.max(1, place(before).gutters.length)]
      return gutter === undefined ? before : resize(before, gutter.path, gutter.index, delta, BOX)
    }
  }
}

test('whatever is done to a layout, it is one: kept and read the same, each panel once, nothing covered or left bare', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const end = steps.reduce(act, usual)
      const text = writeLayout(end)
      const read = readLayout(text)
      expect(read, text).toBeDefined()
      if (read === undefined) return
      expect(writeLayout(read)).toBe(text)
      expect(new Set(panelsOf(read)).size).toBe(panelsOf(read).length)
      // In a box that is large enough, panels and lines fill it to the pixel.
      const least = leastOf(read)
      const box = { width: Math.max(BOX.width, least.width), height: Math.max(BOX.height, least.height) }
      const area = ({ width, height }: Rect) => toPx(width, box.width) * toPx(height, box.height)
      const { groups, gutters } = place(read)
      const filled = [...groups, ...gutters].reduce((sum, { rect }) => sum + area(rect), 0)
      expect(Math.abs(filled - box.width * box.height)).toBeLessThan(1)
      for (const { rect } of groups)
        expect(Math.min(toPx(rect.width, box.width), toPx(rect.height, box.height))).toBeGreaterThan(GAP)
      expect(gutters.length).toBe(groups.length - 1)
    }),
    { numRuns: 300 },
  )
})
