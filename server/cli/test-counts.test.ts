import { expect, test } from 'vitest'
import { addCounts, countPlaywright, countVitest } from './test-counts.ts'

const file = (status: string, tests: number) => ({
  status,
  assertionResults: Array.from({ length: tests }, () => ({})),
})

test('a test file that failed before its first test counts as one failure', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    testResults: [file('passed', 3), file('failed', 1), file('failed', 0)],
  }
  expect(countVitest(report, false)).toEqual({ passed: 3, failed: 2 })
})

test('a run that failed without a failing test, or left no report, is not a success', () => {
  const report = { numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 3)] }
  expect(countVitest(report, false)).toEqual({ passed: 3, failed: 1 })
  expect(countVitest(undefined, true)).toEqual({ passed: 0, failed: 1 })
  expect(countPlaywright(undefined, false)).toEqual({ passed: 0, failed: 1 })
})

test('a browser test that passed on its second try has passed', () => {
  expect(countPlaywright({ stats: { expected: 4, unexpected: 1, flaky: 1 } }, false)).toEqual({ passed: 5, failed: 1 })
})

test('the closing line is the sum', () => {
  expect(
    addCounts([
      { passed: 1, failed: 0 },
      { passed: 2, failed: 3 },
    ]),
  ).toEqual({ passed: 3, failed: 3 })
})
