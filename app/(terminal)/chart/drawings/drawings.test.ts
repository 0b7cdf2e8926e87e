import { expect, test } from 'vitest'
import { distanceTo, gripAt, type Placed, segmentsOf } from './geometry.ts'
import { type Drawing, FIB_LEVELS, fibPrice, movedBy, parseDrawings, serializeDrawings, withAnchor } from './model.ts'

const drawing = (kind: Drawing['kind'], anchors: Drawing['anchors'], id: string = kind): Drawing => ({
  id,
  kind,
  anchors,
})
const trend = drawing('trend', [
  { t: 0, price: 100 },
  { t: 60_000, price: 110 },
])
const level = drawing('horizontal', [{ t: 0, price: 105 }])

test('what is kept is what is read again, of each market its own', () => {
  const all = { 'SOL-PERP': [trend, level], 'BTC-PERP': [] }
  expect(parseDrawings(serializeDrawings(all))).toEqual(all)
})

test('what is unreadable or incomplete is left out', () => {
  for (const text of [null, '{', '{"version":9,"markets":{}}', '{"version":1,"markets":[]}']) {
    expect(parseDrawings(text)).toEqual({})
  }
  const odd = [
    { ...trend, anchors: [{ t: 1, price: 2 }] },
    { ...trend, kind: 'spiral' },
    { ...level, anchors: [{ t: 'x' }] },
    level,
  ]
  expect(parseDrawings(JSON.stringify({ version: 1, markets: { A: odd } }))).toEqual({ A: [level] })
})

test('a retracement counts back from where the move ended', () => {
  const [from, to] = [
    { t: 0, price: 100 },
    { t: 1, price: 200 },
  ]
  expect(FIB_LEVELS.map((at) => fibPrice(from, to, at)).map((price) => Number(price.toFixed(1)))).toEqual([
    200, 176.4, 161.8, 150, 138.2, 121.4, 100,
  ])
})

test('an anchor moves alone, the whole moves together', () => {
  expect(withAnchor(trend, 1, { t: 9, price: 9 }).anchors).toEqual([trend.anchors[0], { t: 9, price: 9 }])
  expect(movedBy(trend, { t: 0, price: 100 }, { t: 5, price: 99 }).anchors).toEqual([
    { t: 5, price: 99 },
    { t: 60_005, price: 109 },
  ])
})

test('a segment ends where it ends', () => {
  const line = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
  ] as const
  expect(distanceTo({ x: 5, y: 3 }, line)).toBe(3)
  expect(distanceTo({ x: 13, y: 4 }, line)).toBe(5)
  expect(distanceTo({ x: 3, y: 4 }, [line[0], line[0]])).toBe(5)
})

test('an anchor is caught before a line, the uppermost before the others', () => {
  const placed: Placed[] = [
    {
      drawing: trend,
      points: [
        { x: 10, y: 10 },
        { x: 110, y: 110 },
      ],
    },
    { drawing: level, points: [{ x: 0, y: 60 }] },
  ]
  expect(gripAt({ x: 12, y: 9 }, placed, 400)).toEqual({ id: 'trend', anchor: 0 })
  expect(gripAt({ x: 60, y: 61 }, placed, 400)).toEqual({ id: 'horizontal', anchor: null })
  expect(gripAt({ x: 81, y: 80 }, placed, 400)).toEqual({ id: 'trend', anchor: null })
  expect(gripAt({ x: 200, y: 200 }, placed, 400)).toBeNull()
})

test('a retracement is caught at each of its levels', () => {
  const fib: Placed = {
    drawing: { ...trend, kind: 'fib' },
    points: [
      { x: 200, y: 100 },
      { x: 100, y: 0 },
    ],
  }
  expect(segmentsOf(fib, 400)).toHaveLength(FIB_LEVELS.length)
  expect(gripAt({ x: 150, y: 50 }, [fib], 400)).toEqual({ id: 'trend', anchor: null })
  expect(gripAt({ x: 250, y: 50 }, [fib], 400)).toBeNull()
})
