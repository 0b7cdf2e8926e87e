import { nodeStep, runStep, type Step } from './steps.ts'
import type { Outcome } from './test-outcome.ts'

const bin = (name: string) => `node_modules/.bin/${name}`

const STEPS: readonly Step[] = [
  nodeStep('format and lint (biome)', bin('biome'), ['check', '--error-on-warnings', '.']),
  nodeStep('types (tsc)', bin('tsc'), ['--noEmit', '-p', '.']),
  nodeStep('lint with types (oxlint)', bin('oxlint'), ['--type-aware', '--deny-warnings']),
  nodeStep('boundaries (dependency-cruiser)', bin('depcruise'), [
    '--config=.dependency-cruiser.mjs',
    '--output-type=err',
    'app',
    'server',
    'programs',
  ]),
  nodeStep('unused (knip)', bin('knip')),
]

export async function run(): Promise<number> {
  return (await runChecks()).failed.length === 0 ? 0 : 1
}

/** Runs every check, also after one failed, and prints the words of those that did. */
export async function runChecks(): Promise<Outcome> {
  const failed: string[] = []
  for (const step of STEPS) {
    const { ok, output, tookMs } = await runStep(step)
    console.log(`${ok ? '✓' : '✗'} ${step.name}  ${(tookMs / 1000).toFixed(1)} s`)
    if (ok) continue
    failed.push(step.name)
    console.log(output)
  }
  return { passed: STEPS.length - failed.length, failed, flaky: [] }
}
