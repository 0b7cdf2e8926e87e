import { expect, test } from 'vitest'
import { snapToTick, stepTicks } from './tick.ts'

test('a price goes to the nearest tick, written exactly', () => {
  expect(snapToTick(142.4749999, '0.01')).toBe('142.47')
  expect(snapToTick(142.475001, '0.01')).toBe('142.48')
  expect(snapToTick(61_237.3, '0.5')).toBe('61237.5')
  expect(snapToTick(0.30000000000000004, '0.1')).toBe('0.3')
  expect(snapToTick(64_321, '10')).toBe('64320')
})

test('no price is below one tick', () => {
  expect(snapToTick(-5, '0.01')).toBe('0.01')
  expect(stepTicks('0.02', -10, '0.01')).toBe('0.01')
})

test('steps are whole ticks', () => {
  expect(stepTicks('140.5', 1, '0.01')).toBe('140.51')
  expect(stepTicks('140.5', -10, '0.01')).toBe('140.4')
})
