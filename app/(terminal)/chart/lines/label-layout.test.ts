import { expect, test } from 'vitest'
import { labelShifts } from './label-layout.ts'

const moved = (ys: number[], fixed: number | null, [from, to] = [0, 400]) => {
  const shifts = labelShifts(ys, { height: 18, fixed, from: from ?? 0, to: to ?? 0 })
  return ys.map((y, index) => y + (shifts[index] ?? 0))
}

test('labels with room stay where they are', () => {
  expect(moved([10, 100, 200], 60)).toEqual([10, 100, 200])
})

test('the fixed one keeps its place, its neighbours give way outwards', () => {
  expect(moved([95, 104], 100)).toEqual([82, 118])
})

test('a crowd stacks in order without overlap', () => {
  expect(moved([104, 110, 120], 100)).toEqual([118, 136, 154])
  expect(moved([98, 90, 85], 100)).toEqual([82, 64, 46])
})

test('without a fixed one only the labels themselves keep apart', () => {
  expect(moved([50, 55], null)).toEqual([50, 68])
})

test('at an edge the crowd gives way inwards', () => {
  expect(moved([396, 398], null)).toEqual([373, 391])
  expect(moved([2, 4], null)).toEqual([9, 27])
})

test('more than there is room for runs over the edge rather than into each other', () => {
  expect(moved([10, 12, 14], null, [0, 40])).toEqual([10, 28, 46])
})
