import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { childEnvironment } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { ERROR_CLASSES } from '#server/platform/errors.ts'
import { policiesOf } from './allowance.ts'
import { startTestApi } from './testing.ts'

const text = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')
const db = await testDatabase()
let api: Awaited<ReturnType<typeof startTestApi>>
/** Inside the repository, so that the examples find their packages. */
let folder: string

beforeAll(async () => {
  const history = tradingHistory({ traders: 1, rounds: 1 })
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  api = await startTestApi(db, db)
  folder = await mkdtemp(resolve('server/api/.example-'))
})
afterAll(async () => {
  await api.stop()
  await rm(folder, { recursive: true, force: true })
})

function table(name: string): string[][] {
  const [, between = ''] = text.split(new RegExp(`<!-- /?${name} -->`))
  const rows = between.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

const example = (language: string): string => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(text)?.[1] ?? ''

describe('docs/api.md', () => {
  it('lists every error with its status', () => {
    const listed = table('errors').map(([code, status]) => [code, Number(status)])
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(Object.entries(ERROR_CLASSES).map(([code, { status }]) => [code, status])),
    )
  })

  it('tells the limits as they are', () => {
    const policies = policiesOf({ rateLimitData: 1_000, rateLimitTrading: 100 })
    expect(table('limits').map(([name, atOnce, perMinute]) => [name, Number(atOnce), Number(perMinute)])).toEqual(
      Object.entries(policies).map(([name, { capacity, perSecond }]) => [name, capacity, Math.round(perSecond * 60)]),
    )
  })

  it('names routes that there are', async () => {
    const { paths } = await (await fetch(`${api.url}/api/docs/openapi.json`)).json()
    const named = [
      ...text.matchAll(
        /`(?:GET |POST |DELETE )?(\/(?:trading|analytics|positions|orders|trades|funding|portfolio|status|auth)\/[^`]*)`/g,
      ),
    ]
    expect(named.length).toBeGreaterThan(12)
    // A file is answered beside the procedures.
    const routes = [...Object.keys(paths), '/portfolio/csv/{authority}']
    for (const [, path = ''] of named) expect(routes).toContain(path)
  })

  it('has a typed example that its own types accept, and that runs', async () => {
    const types = astToString(await openapiTS(new URL(`${api.url}/api/docs/openapi.json`)))
    await writeFile(join(folder, 'quantdesk.d.ts'), types)
    const file = join(folder, 'example.ts')
    await writeFile(file, example('ts'))
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ['node'],
    })
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    expect(problems).toEqual([])
    expect(await run(process.execPath, [file])).toMatch(/SOL-PERP \d[\s\S]*candles/)
  }, 60_000)

  it('begins with a request that is answered', async () => {
    expect(JSON.parse(await run('sh', ['-c', example('sh')]))).toMatchObject({ market: 'SOL-PERP' })
  })
})

async function run(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { env: { ...childEnvironment(), QUANTDESK_URL: api.url } })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  const { promise, resolve: ended } = Promise.withResolvers<void>()
  child.on('close', () => ended())
  await promise
  return said
}
