/**
 * Shows that each attack scene fails once the guard it tests is gone: takes the guard out of a copy of the sources,
 * builds that program, and runs the scene against it.
 *
 *   npm run test:guards [-- part of a guard's name or file]
 *
 * Needs SBF_BUILDER as programs/build.ts does. A guard whose text is not found exactly once is an error too: it moved.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { GUARDS, type Guard } from './guards.ts'

const programs = resolve(import.meta.dirname, '../..')
const root = resolve(programs, '..')

type Verdict = 'fails without its guard' | 'passes without its guard' | 'does not build' | 'the guard moved'

function main(filter: string | undefined): void {
  const builder = process.env.SBF_BUILDER
  if (!builder) throw new Error('Set SBF_BUILDER to a script that is called as `$SBF_BUILDER PROGRAM_DIR -o OUT_DIR`.')
  const chosen = GUARDS.filter((guard) => filter === undefined || `${guard.file} ${guard.name}`.includes(filter))
  if (chosen.length === 0) throw new Error(`No guard is named like "${filter}".`)
  const work = mkdtempSync(join(tmpdir(), 'perps-guards-'))
  try {
    const verdicts = chosen.map((guard) => {
      const verdict = judge(guard, builder, work)
      process.stdout.write(
        `${verdict === 'fails without its guard' ? 'ok  ' : 'BAD '} ${guard.name}: the scene ${verdict}\n`,
      )
      return verdict
    })
    const bad = verdicts.filter((verdict) => verdict !== 'fails without its guard').length
    process.stdout.write(`${verdicts.length - bad} of ${verdicts.length} scenes fail when their guard is taken out.\n`)
    process.exitCode = bad === 0 ? 0 : 1
  } finally {
    rmSync(work, { recursive: true })
  }
}

function judge(guard: Guard, builder: string, work: string): Verdict {
  // The same folder each time, so that the compiler has to do only what changed.
  const copy = join(work, 'programs')
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy, { recursive: true })
  for (const part of ['Cargo.toml', 'Cargo.lock', 'perps', 'perps-math']) {
    cpSync(join(programs, part), join(copy, part), { recursive: true, filter: (path) => !path.endsWith('/target') })
  }
  const file = join(copy, guard.file)
  const source = readFileSync(file, 'utf8')
  if (source.split(guard.guard).length !== 2) return 'the guard moved'
  writeFileSync(
    file,
    source.replace(guard.guard, () => guard.without),
  )

  const out = join(work, 'out')
  const built = spawnSync(builder, [join(copy, 'perps'), '-o', out], { encoding: 'utf8' })
  if (built.status !== 0) {
    process.stderr.write(built.stderr.split('\n').slice(-30).join('\n'))
    return 'does not build'
  }
  const [testFile, testName] = guard.scene
  const run = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', `programs/tests/${testFile}`, '-t', testName],
    { cwd: root, encoding: 'utf8', env: { ...process.env, PERPS_ELF: join(out, 'perps.so') } },
  )
  if (/No test files found|no tests|0 passed.*skipped/.test(run.stdout) && !/failed/.test(run.stdout)) {
    throw new Error(`programs/tests/${testFile} has no test named "${testName}".`)
  }
  return run.status === 0 ? 'passes without its guard' : 'fails without its guard'
}

main(process.argv[2])
