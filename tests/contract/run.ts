/**
 * Fuzzes every operation of the OpenAPI document with schemathesis against a real server: no 5xx, every answer is as its schema
 * says. `--short`: a few requests an operation. Without Python it says so and does nothing.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { startExchange } from './exchange.ts'

const DATA = resolve('.data')
const VENV = resolve(DATA, 'contract-venv')
const REQUIREMENTS = resolve('tests/contract/requirements.txt')
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
]

async function run(command: string, args: readonly string[], stdio: 'inherit' | 'ignore' = 'inherit'): Promise<number> {
  // It keeps notes of its own where it runs.
  const child = spawn(command, args, { stdio: ['ignore', stdio, stdio], cwd: DATA })
  const ended = once(child, 'close').then(([code]) => Number(code ?? 1))
  const missing = once(child, 'error').then(() => 127)
  return Promise.race([ended, missing])
}

/** Where schemathesis is, made at the first run; undefined where that cannot be. */
async function schemathesis(): Promise<string | undefined> {
  const command = `${VENV}/bin/schemathesis`
  const isThere = await access(command).then(
    () => true,
    () => false,
  )
  if (isThere) return command
  if ((await run('python3', ['-m', 'venv', VENV], 'ignore')) !== 0) return undefined
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]
  return (await run(`${VENV}/bin/python`, install)) === 0 ? command : undefined
}

await mkdir(DATA, { recursive: true })
const command = await schemathesis()
if (command === undefined) {
  process.stdout.write('contract tests skipped: they need python3 with venv, and PyPI to install schemathesis from\n')
  process.exit(0)
}
const isShort = process.argv.includes('--short')
const exchange = await startExchange()
const given = isShort
  ? ['--max-examples=4', '--phases=examples,fuzzing']
  : ['--max-examples=50', '--phases=examples,coverage,fuzzing']
const code = await run(command, [
  'run',
  `${exchange.url}/api/docs/openapi.json`,
  `--checks=${CHECKS.join(',')}`,
  `--header=Authorization: Bearer ${exchange.token}`,
  '--suppress-health-check=all',
  '--continue-on-failure',
  '--seed=7',
  '--generation-database=none',
  '--no-color',
  // Python's own syntax trees are not safe under threads.
  '--workers=1',
  ...given,
])
await exchange.stop()
process.exit(code)
