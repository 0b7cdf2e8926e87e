import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../platform/config.ts'
import { runAudit } from './audit.ts'
import { runChecks } from './check.ts'
import { findChromium } from './chromium.ts'
import { nodeStep, runStep } from './steps.ts'
import {
  addOutcomes,
  closingWords,
  type Outcome,
  playwrightOutcome,
  readVitest,
  type VitestOutcome,
  vitestOutcome,
} from './test-outcome.ts'

const PROGRAM_BUILD = 'programs/build.ts'

/** What kills processes, starts whole servers again and again, or tries every account of every instruction. */
const SLOW = [
  'server/platform/up/**',
  'server/platform/db/embedded.test.ts',
  'server/localnet/recovery.test.ts',
  'server/localnet/durability.test.ts',
  'programs/tests/substitution.test.ts',
]

/**
 * `test`: programs' artifact, unit and system tests, browser tests. `test quick`: the unit tests but the slow ones.
 * `test PATH…`: the unit tests of some files. `--check` counts the static checks too. One line sums it all up.
 */
export async function run(args: readonly string[]): Promise<number> {
  const quick = args.includes('quick')
  const paths = args.filter((arg) => arg !== 'quick' && !arg.startsWith('--'))
  const reports = await mkdtemp(join(tmpdir(), 'quantdesk-reports-'))
  try {
    const parts: Outcome[] = []
    if (args.includes('--check')) parts.push(await runChecks(), await runAudit())
    if (!quick && paths.length === 0) parts.push(await checkArtifact())
    parts.push(await runVitest(reports, [...paths, ...(quick ? SLOW.map((slow) => `--exclude=${slow}`) : [])]))
    if (!quick && paths.length === 0) parts.push(await checkContract())
    if (!quick && paths.length === 0) parts.push(await runPlaywright(join(reports, 'playwright.json')))
    const sum = addOutcomes(parts)
    console.log(`\n${closingWords(sum)}`)
    return sum.failed.length === 0 ? 0 : 1
  } finally {
    await rm(reports, { recursive: true, force: true })
  }
}

/**
 * The committed program must be what its sources make. Where a builder is at hand the program is built anew first, so
 * that the tests below speak of the sources; what was committed stays wrong and fails.
 */
async function checkArtifact(): Promise<Outcome> {
  const { ok, output } = await runStep(nodeStep('program artifact', PROGRAM_BUILD, ['--check']))
  if (ok) {
    console.log('✓ the program artifact matches its sources')
    return { passed: 1, failed: [], flaky: [] }
  }
  console.log(`✗ the program artifact does not match its sources\n${output}`)
  if (childEnvironment().SBF_BUILDER !== undefined) {
    const rebuilt = await runStep(nodeStep('program build', PROGRAM_BUILD), { live: true })
    if (rebuilt.ok) console.log('The program was built anew: commit programs/artifacts.')
  }
  return { passed: 0, failed: ['the program artifact'], flaky: [] }
}

/** What the API answers against what its document says; a few requests an operation. */
async function checkContract(): Promise<Outcome> {
  const { ok, output } = await runStep(nodeStep('API contract', 'tests/contract/run.ts', ['--short']))
  const isSkipped = output.startsWith('contract tests skipped')
  if (ok) console.log(isSkipped ? output.trimEnd() : '✓ every operation of the API answers as its document says')
  else console.log(`✗ the API does not answer as its document says\n${output}`)
  return { passed: ok && !isSkipped ? 1 : 0, failed: ok ? [] : ['the API contract'], flaky: [] }
}

async function runVitest(reports: string, selection: readonly string[]): Promise<Outcome> {
  const first = await vitestOnce(join(reports, 'vitest.json'), selection)
  const again = first.files.filter(({ mayRunAgain }) => mayRunAgain).map(({ path }) => path)
  if (again.length === 0) return vitestOutcome(first)
  console.log(`\n${again.length} of the test files failed: once more, one after the other`)
  return vitestOutcome(first, await vitestOnce(join(reports, 'again.json'), [...again, '--no-file-parallelism']))
}

async function vitestOnce(report: string, selection: readonly string[]): Promise<VitestOutcome> {
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...selection]
  const { ok } = await runStep(nodeStep('vitest', 'node_modules/vitest/vitest.mjs', args), { live: true })
  return readVitest(await readReport(report), ok)
}

async function runPlaywright(report: string): Promise<Outcome> {
  if (!existsSync('tests/e2e')) return { passed: 0, failed: [], flaky: [] }
  const browser = await findChromium(childEnvironment().PATH ?? '')
  if (!browser.found) {
    console.error(browser.advice)
    return { passed: 0, failed: ['the browser tests (no browser)'], flaky: [] }
  }
  const env = {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    ...(browser.path === undefined ? {} : { QD_CHROMIUM: browser.path }),
  }
  const args = ['test', '--reporter=list,json']
  const { ok } = await runStep(nodeStep('playwright', 'node_modules/@playwright/test/cli.js', args, env), {
    live: true,
  })
  return playwrightOutcome(await readReport(report), ok)
}

async function readReport(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}
