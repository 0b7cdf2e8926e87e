import { loadEnvironmentFile } from '../platform/config.ts'
import { AppError } from '../platform/errors.ts'
import type { Command } from './command.ts'

type Entry = { summary: string; load: () => Promise<Command> }

/** Each command is loaded when it is asked for, so that `env` does not wait for the chain's libraries. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  status: { summary: 'what runs, on which ports (--json)', load: () => import('./status.ts') },
  stop: { summary: 'end what up started here', load: () => import('./stop.ts') },
  reset: { summary: 'delete the data of the embedded database and chain (--yes)', load: () => import('./reset.ts') },
  doctor: { summary: 'look at this machine and say how to mend what is missing', load: () => import('./doctor.ts') },
  test: { summary: 'run the tests (quick, PATH…, --check)', load: () => import('./test.ts') },
  check: { summary: 'format, lint, types, boundaries, unused code', load: () => import('./check.ts') },
  audit: { summary: 'known faults and licences of what is shipped', load: () => import('./audit.ts') },
  bench: { summary: 'measure against the targets', load: () => import('./bench.ts') },
  faucet: { summary: 'add test SOL and USDC to a wallet on the local chain', load: () => import('./faucet.ts') },
  smoke: {
    summary: 'trade once on the running local exchange and check the ledger (--json)',
    load: () => import('./smoke.ts'),
  },
  migrate: { summary: 'bring the database to the newest migration', load: () => import('./migrate.ts') },
  rebuild: {
    summary: 'make the exchange’s tables again from the events kept',
    load: () => import('./rebuild.ts'),
  },
  'audit verify': {
    summary: 'look for an edit, a deletion or a cut in the audit log',
    load: () => import('./audit-verify.ts'),
  },
  'seal rewrap': {
    summary: 'wrap stored secrets under the newest key of SEAL_KEYS',
    load: () => import('./seal-rewrap.ts'),
  },
  'db types': { summary: 'write server/platform/db/types.ts from the migrations', load: () => import('./db-types.ts') },
  lock: { summary: 'name every platform in package-lock.json, as npm ci demands', load: () => import('./lock.ts') },
  'api docs': {
    summary: 'write docs/openapi.json and docs/asyncapi.json from the procedures and messages',
    load: () => import('./api-docs.ts'),
  },
  env: { summary: 'write .env.example from the configuration schema', load: () => import('./env.ts') },
}

function usage(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length))
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ./qd -- ${name.padEnd(width)}  ${summary}`)
  return `Commands:\n${lines.join('\n')}`
}

async function main(args: readonly string[]): Promise<number> {
  // The longest name wins: `db types` before `db`.
  for (const words of [2, 1]) {
    const entry = COMMANDS[args.slice(0, words).join(' ')]
    if (entry && args.length >= words) return (await entry.load()).run(args.slice(words))
  }
  if (args.length === 0 || args[0] === 'help' || args[0] === '--help') {
    console.log(usage())
    return 0
  }
  console.error(`There is no command "${args.join(' ')}".\n${usage()}`)
  return 2
}

try {
  loadEnvironmentFile()
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  // Our own errors say what to do; anything else is a bug and needs its stack.
  console.error(error instanceof AppError ? error.message : error)
  process.exitCode = 1
}
