import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { runStep } from './steps.ts'
import type { Outcome } from './test-outcome.ts'

/** Known faults in what we ship: `npm audit` of the lock file, without what only builds and tests. */
const NAME = 'dependency audit'
const SERIOUS = ['high', 'critical'] as const

const auditReport = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      range: z.string(),
      via: z.array(z.union([z.string(), z.object({ url: z.string() })])),
    }),
  ),
})
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ license: z.string().optional(), dev: z.boolean().optional() })),
})

/** What must be mended, one line each; null where the registry keeps no list of faults to ask. */
export function readAudit(report: unknown): string[] | null {
  const parsed = auditReport.safeParse(report)
  if (!parsed.success) return null
  return Object.entries(parsed.data.vulnerabilities)
    .filter(([, { severity }]) => SERIOUS.some((one) => one === severity))
    .map(([name, { severity, range, via }]) => {
      const links = via.flatMap((cause) => (typeof cause === 'string' ? [] : [cause.url]))
      return `${name} ${range}: ${severity} ${links.join(' ')}`.trim()
    })
}

/** Shipped packages whose licence would bind our own code; Apache-2.0 code may link the weaker LGPL and MPL. */
export function readLicences(lock: unknown): string[] {
  return Object.entries(lockFile.parse(lock).packages)
    .filter(([, { license, dev }]) => dev !== true && /(^|[^L])GPL/.test(license ?? ''))
    .map(([path, { license }]) => `${path.replace(/^.*node_modules\//, '')}: ${license}`)
}

export async function runAudit(): Promise<Outcome> {
  const copyleft = readLicences(JSON.parse(await readFile('package-lock.json', 'utf8')))
  const faults = await askRegistry()
  if (faults === null)
    console.log(`- ${NAME}: skipped, the registry in use has no list of known faults; licences were looked at`)
  const problems = [...copyleft, ...(faults ?? [])]
  if (problems.length === 0) {
    if (faults !== null) console.log(`✓ ${NAME}`)
    return { passed: 1, failed: [], flaky: [] }
  }
  console.log(`✗ ${NAME}\n${problems.map((line) => `  ${line}`).join('\n')}`)
  return { passed: 0, failed: [NAME], flaky: [] }
}

async function askRegistry(): Promise<string[] | null> {
  const { output } = await runStep({
    name: NAME,
    command: 'npm',
    args: ['audit', '--omit=dev', '--json', '--loglevel=silent'],
  })
  try {
    return readAudit(JSON.parse(output))
  } catch {
    return null
  }
}

export async function run(): Promise<number> {
  return (await runAudit()).failed.length === 0 ? 0 : 1
}
