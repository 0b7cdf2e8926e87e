import { z } from 'zod'

export type Counts = { passed: number; failed: number }

export function addCounts(parts: readonly Counts[]): Counts {
  return parts.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  })
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
})

/** A file that failed before its first test counts as one failure; so does a run that failed without saying where. */
export function countVitest(report: unknown, ok: boolean): Counts {
  const parsed = vitestReport.safeParse(report)
  if (!parsed.success) return { passed: 0, failed: 1 }
  const { numPassedTests: passed, numFailedTests, testResults } = parsed.data
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return withOutcome({ passed, failed: numFailedTests + broken.length }, ok)
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
})

/** A test that needed its second try passed: the browser's tests run against prices that move. The report names it. */
export function countPlaywright(report: unknown, ok: boolean): Counts {
  const parsed = playwrightReport.safeParse(report)
  if (!parsed.success) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky } = parsed.data.stats
  return withOutcome({ passed: expected + flaky, failed: unexpected }, ok)
}

function withOutcome(counts: Counts, ok: boolean): Counts {
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}
