import { expect, test } from 'vitest'
import { zoneOffset } from './zone.ts'

const HOUR_MS = 3_600_000
const WINTER = Date.UTC(2026, 0, 15, 23, 30, 1, 250)
const SUMMER = Date.UTC(2026, 6, 15, 12)

test('a zone is ahead of UTC by its hours, in summer by one more where clocks are changed', () => {
  expect(zoneOffset('UTC', WINTER)).toBe(0)
  expect(zoneOffset('Europe/Berlin', WINTER)).toBe(HOUR_MS)
  expect(zoneOffset('Europe/Berlin', SUMMER)).toBe(2 * HOUR_MS)
  expect(zoneOffset('America/New_York', WINTER)).toBe(-5 * HOUR_MS)
  expect(zoneOffset('Asia/Kolkata', SUMMER)).toBe(5.5 * HOUR_MS)
})
