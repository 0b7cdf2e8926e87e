import { relative } from 'node:path'
import { z } from 'zod'

/** What a part of the tests came to: how many passed, and by name what failed or needed its second try. */
export type Outcome = { passed: number; failed: readonly string[]; flaky: readonly string[] }

export function addOutcomes(parts: readonly Outcome[]): Outcome {
  return {
    passed: parts.reduce((sum, { passed }) => sum + passed, 0),
    failed: parts.flatMap(({ failed }) => failed),
    flaky: parts.flatMap(({ flaky }) => flaky),
  }
}

/** The last words of a run: the names first, because what failed has scrolled away by then. */
export function closingWords({ passed, failed, flaky }: Outcome): string {
  const named = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [title, ...names.map((name) => `  ${name}`), '']
  return [
    ...named('Passed on the second try only:', flaky),
    ...named('Failed:', failed),
    `${passed} passed, ${failed.length} failed`,
  ].join('\n')
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
})

type FailedFile = {
  path: string
  tests: readonly string[]
  /** False for a property with its counterexample: another seed would only hide it. */
  mayRunAgain: boolean
}
export type VitestOutcome = { passed: number; files: readonly FailedFile[]; sound: boolean }

/** Of vitest's JSON report. Not sound: a run that left none, or failed without saying where. */
export function readVitest(report: unknown, ok: boolean): VitestOutcome {
  const parsed = vitestReport.safeParse(report)
  if (!parsed.success) return { passed: 0, files: [], sound: false }
  const files = parsed.data.testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed')
      const words = failed.flatMap(({ failureMessages }) => failureMessages ?? [])
      return {
        path: name,
        // A file that failed before its first test is one failure.
        tests: failed.length === 0 ? ['(the whole file)'] : failed.map(({ fullName }) => fullName),
        mayRunAgain: !words.some((message) => message.includes('Property failed')),
      }
    })
  return { passed: parsed.data.numPassedTests, files, sound: ok || files.length > 0 }
}

/**
 * First run and second together. Tests that start servers and wait for them can fail on a machine that has too much to do:
 * their files have run once more, with the machine for themselves.
 */
export function vitestOutcome(first: VitestOutcome, second?: VitestOutcome): Outcome {
  if (!first.sound || second?.sound === false) {
    return { passed: first.passed, failed: ['vitest (the run itself, see above)'], flaky: [] }
  }
  const stillFailed = new Set((second?.files ?? first.files).map(({ path }) => path))
  const failed = [
    ...(second?.files ?? []),
    ...first.files.filter(({ path, mayRunAgain }) => second === undefined || (!mayRunAgain && !stillFailed.has(path))),
  ].flatMap(named)
  const flaky = first.files
    .filter(({ path, mayRunAgain }) => second !== undefined && mayRunAgain && !stillFailed.has(path))
    .flatMap(named)
  return { passed: first.passed + flaky.length, failed, flaky }
}

function named({ path, tests }: FailedFile): string[] {
  const file = relative(process.cwd(), path)
  return tests.map((test) => `${file}: ${test}`)
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(z.unknown()),
})
const suite = z.object({
  title: z.string(),
  specs: z.array(z.object({ title: z.string(), tests: z.array(z.object({ status: z.string() })) })).default([]),
  suites: z.array(z.unknown()).default([]),
})

/** A test that needed its second try passed: the browser's tests run against prices that move. */
export function playwrightOutcome(report: unknown, ok: boolean): Outcome {
  const parsed = playwrightReport.safeParse(report)
  if (!parsed.success) return { passed: 0, failed: ['the browser tests (no report, see above)'], flaky: [] }
  const { expected, flaky } = parsed.data.stats
  const failed = parsed.data.suites.flatMap((part) => specsOf(part, 'unexpected'))
  return {
    passed: expected + flaky,
    failed: ok || failed.length > 0 ? failed : ['the browser tests (the run itself, see above)'],
    flaky: parsed.data.suites.flatMap((part) => specsOf(part, 'flaky')),
  }
}

function specsOf(part: unknown, status: string): string[] {
  const { title, specs, suites } = suite.parse(part)
  return [
    ...specs
      .filter(({ tests }) => tests.some((test) => test.status === status))
      .map((spec) => `${title}: ${spec.title}`),
    ...suites.flatMap((inner) => specsOf(inner, status)),
  ]
}
