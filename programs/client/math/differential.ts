/**
 * Compares the TypeScript twin with the Rust crate on fresh random cases; needs cargo.
 *   node programs/client/math/differential.ts --cases 100000 [--seed 7]
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkVector, FORMULA_NAMES } from './vector-formulas.ts'

const { values: options } = parseArgs({
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Date.now()) } },
})

const report = (line: string) => process.stdout.write(`${line}\n`)

const rust = spawn(
  'cargo',
  ['run', '--quiet', '--release', '-p', 'perps-math', '--example', 'vectors', '--', options.cases, options.seed],
  { cwd: fileURLToPath(new URL('../../', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
)
rust.on('error', (error) => {
  report(`cargo could not be started (${error.message}): install Rust to compare the twins`)
  process.exitCode = 1
})
const exited = new Promise<number | null>((resolve) => rust.once('close', resolve))

const counts = new Map<string, number>()
const differences: string[] = []
for await (const line of createInterface({ input: rust.stdout })) {
  const { formula, difference } = checkVector(line)
  counts.set(formula, (counts.get(formula) ?? 0) + 1)
  if (difference !== null) differences.push(difference)
}

const checked = [...counts.values()].reduce((sum, count) => sum + count, 0)
const missing = FORMULA_NAMES.filter((name) => !counts.has(name))
for (const difference of differences.slice(0, 20)) report(difference)
if (missing.length > 0) report(`never compared: ${missing.join(', ')}`)
report(`${checked} cases of ${counts.size} formulas compared, ${differences.length} differ (seed ${options.seed})`)
if ((await exited) !== 0 || checked < Number(options.cases) || differences.length > 0 || missing.length > 0)
  process.exitCode = 1
