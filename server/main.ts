import { inspect } from 'node:util'
import { loadEnvironmentFile } from './platform/config.ts'
import { AppError } from './platform/errors.ts'
import { type RoleEntry, runRole } from './platform/run-role.ts'

const indexer = () => import('./indexer/index.ts')
const keeper = () => import('./keeper/index.ts')
const ingest = () => import('./ingest/index.ts')
const jobs = () => import('./jobs/index.ts')
const notify = () => import('./notify/index.ts')
const signer = () => import('./signer/index.ts')

/** Every process this code can be. `worker` is all roles without a port in one. */
const ROLES: Readonly<Record<string, RoleEntry>> = {
  localnet: { kind: 'bare', load: () => import('./localnet/index.ts') },
  web: { kind: 'full', load: [() => import('./api/web.ts')] },
  worker: { kind: 'full', load: [indexer, keeper, ingest, jobs, notify, signer] },
  indexer: { kind: 'full', load: [indexer] },
  keeper: { kind: 'full', load: [keeper] },
  ingest: { kind: 'full', load: [ingest] },
  jobs: { kind: 'full', load: [jobs] },
  notify: { kind: 'full', load: [notify] },
  signer: { kind: 'full', load: [signer] },
}

const USAGE = `Usage: node server/main.ts up [--dev] | [up] --role ${Object.keys(ROLES).join('|')}\n`

async function main(mode: string | undefined, rest: readonly string[]): Promise<number> {
  loadEnvironmentFile()
  if (mode === 'up' && rest.every((flag) => flag === '--dev')) {
    const { up } = await import('./platform/up/up.ts')
    return up({ dev: rest.includes('--dev'), entry: import.meta.filename })
  }
  // `./qd up --role NAME` arrives as `up --role NAME`.
  const [flag, role] = mode === 'up' ? rest : [mode, ...rest]
  if (flag !== '--role' || role === undefined) {
    process.stderr.write(USAGE)
    return 2
  }
  const entry = ROLES[role]
  if (entry === undefined) {
    process.stderr.write(`There is no role "${role}".\n${USAGE}`)
    return 2
  }
  return runRole(role, entry)
}

const [mode, ...rest] = process.argv.slice(2)
try {
  process.exit(await main(mode, rest))
} catch (error) {
  // Our own errors say what to do; anything else is a bug and needs its stack.
  process.stderr.write(`${error instanceof AppError ? error.message : inspect(error)}\n`)
  process.exit(1)
}
