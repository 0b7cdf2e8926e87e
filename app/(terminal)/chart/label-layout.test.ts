import { expect, test } from 'vitest'
import { labelShifts } from './label-layout.ts'

const moved = (ys: number[], newest: number | null) => {
  const shifts = labelShifts(ys, newest, 18)
  return ys.map((y, index) => y + (shifts[index] ?? 0))
}

test('labels with room stay where they are', () => {
  expect(moved([10, 100, 200], 60)).toEqual([10, 100, 200])
})

test('the newest price keeps its place, its neighbours give way outwards', () => {
  expect(moved([95, 104], 100)).toEqual([82, 118])
})

test('a crowd stacks in order without overlap', () => {
  expect(moved([104, 110, 120], 100)).toEqual([118, 136, 154])
  expect(moved([98, 90, 85], 100)).toEqual([82, 64, 46])
})

test('without a newest price only the labels themselves keep apart', () => {
  expect(moved([50, 55], null)).toEqual([50, 68])
})
