import { expect, test } from 'vitest'
import { addOutcomes, closingWords, playwrightOutcome, readVitest, vitestOutcome } from './test-outcome.ts'

type Test = { status: string; fullName: string; failureMessages: string[] }
const passes: Test = { status: 'passed', fullName: 'holds', failureMessages: [] }
const breaks = (fullName: string, message = 'AssertionError'): Test => ({
  status: 'failed',
  fullName,
  failureMessages: [message],
})
const file = (name: string, assertionResults: Test[]) => ({
  name,
  status:
    assertionResults.some(({ status }) => status === 'failed') || assertionResults.length === 0 ? 'failed' : 'passed',
  assertionResults,
})
const run = (numPassedTests: number, ...testResults: ReturnType<typeof file>[]) => ({ numPassedTests, testResults })

test('a test file that failed before its first test is one failure', () => {
  const report = run(3, file('a', [passes, passes, passes]), file('b', [breaks('x')]), file('c', []))
  expect(vitestOutcome(readVitest(report, false))).toEqual({
    passed: 3,
    failed: ['b: x', 'c: (the whole file)'],
    flaky: [],
  })
})

test('a run that failed without a failing test, or left no report, is not a success', () => {
  expect(vitestOutcome(readVitest(run(3, file('a', [passes])), false)).failed).toHaveLength(1)
  expect(vitestOutcome(readVitest(undefined, true)).failed).toHaveLength(1)
  expect(playwrightOutcome(undefined, true).failed).toHaveLength(1)
  expect(playwrightOutcome({ stats: { expected: 3, unexpected: 0, flaky: 0 }, suites: [] }, false).failed).toHaveLength(
    1,
  )
})

test('what passes with the machine for itself has passed, and is named', () => {
  const first = readVitest(run(1, file('slow', [passes, breaks('in time')]), file('wrong', [breaks('sum')])), false)
  const second = readVitest(run(2, file('slow', [passes, passes]), file('wrong', [breaks('sum')])), false)
  expect(vitestOutcome(first, second)).toEqual({ passed: 2, failed: ['wrong: sum'], flaky: ['slow: in time'] })
})

test('a counterexample stands, whatever another seed finds', () => {
  const first = readVitest(
    run(0, file('maths', [breaks('rounds down', 'Error: Property failed after 3 tests')])),
    false,
  )
  expect(first.files[0]?.mayRunAgain).toBe(false)
  expect(vitestOutcome(first, readVitest(run(1, file('maths', [passes])), true)).failed).toEqual(['maths: rounds down'])
})

test('a browser test that passed on its second try has passed; one that failed is named', () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] })
  const report = {
    stats: { expected: 4, unexpected: 1, flaky: 1 },
    suites: [
      {
        title: 'chart.spec.ts',
        specs: [spec('draws', 'flaky')],
        suites: [{ title: 'lines', specs: [spec('moves', 'unexpected')] }],
      },
    ],
  }
  expect(playwrightOutcome(report, false)).toEqual({
    passed: 5,
    failed: ['lines: moves'],
    flaky: ['chart.spec.ts: draws'],
  })
})

test('the closing line is the sum, below the names', () => {
  const sum = addOutcomes([
    { passed: 1, failed: [], flaky: ['b'] },
    { passed: 2, failed: ['a'], flaky: [] },
  ])
  expect(closingWords(sum).split('\n').at(-1)).toBe('3 passed, 1 failed')
  expect(closingWords(sum)).toContain('  a\n')
})
