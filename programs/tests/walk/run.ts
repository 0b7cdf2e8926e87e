/**
 * The long random walk over the built program:
 *
 *   npm run test:walk                            84 seeds of 5 000 actions each, one process per core
 *   npm run test:walk -- --seed 17 --steps 3312  one of them again, up to a step
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Engine, type Failure } from './engine.ts'
import { Report, type ReportJson } from './report.ts'
import { walkVenue } from './venue.ts'

const SEEDS = 84
const STEPS = 5_000

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

type Walked = { readonly failure: Failure | null; readonly report: ReportJson }
type Plan = { readonly seeds: readonly number[]; readonly steps: number }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, seeds: { type: 'string' }, steps: { type: 'string' } },
  })
  const steps = Number(values.steps ?? STEPS)
  const count = Number(values.seeds ?? SEEDS)
  const seeds = values.seed === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(values.seed)]
  const cores = Math.min(availableParallelism(), seeds.length)
  const started = performance.now()
  const total = new Report()
  const failures: Failure[] = []
  const plans = Array.from({ length: cores }, (_, core) => ({
    seeds: seeds.filter((_, at) => at % cores === core),
    steps,
  }))
  await Promise.all(
    plans.map((plan) =>
      walkOnACore(plan, ({ failure, report }) => {
        total.add(report)
        if (failure) failures.push(failure)
      }),
    ),
  )
  const seconds = (performance.now() - started) / 1_000
  for (const line of total.lines) say(line)
  say(
    `${total.actions} actions in ${seconds.toFixed(1)} s on ${cores} cores (${Math.round(total.actions / seconds)}/s)`,
  )
  for (const { seed, step, rule, trace } of failures) {
    say(`\nseed ${seed}, step ${step}: ${rule}\n${trace.join('\n')}`)
    say(`again: npm run test:walk -- --seed ${seed} --steps ${step}`)
  }
  process.exitCode = failures.length > 0 ? 1 : 0
}

function walkOnACore(plan: Plan, onWalked: (walked: Walked) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: plan })
    worker.on('message', onWalked)
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a walk ended with ${code}`))))
  })
}

function work({ seeds, steps }: Plan): void {
  const venue = walkVenue()
  for (const seed of seeds) {
    const engine = new Engine(venue, seed)
    const failure = engine.run(steps)
    parentPort?.postMessage({ failure, report: engine.report.toJson() } satisfies Walked)
  }
}

if (isMainThread) await main()
else work(workerData as Plan)
