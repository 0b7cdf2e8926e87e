import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { childEnvironment } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { MAX_TOPICS } from './schema.ts'
import { startTestApi } from './testing.ts'
import { TOPIC_FAMILIES } from './topics.ts'
import { MAX_MESSAGE_BYTES, MAX_MESSAGES } from './ws.ts'

const text = readFileSync(new URL('../../docs/realtime.md', import.meta.url), 'utf8')
const db = await testDatabase()
let api: Awaited<ReturnType<typeof startTestApi>>
let example: ChildProcess | undefined

beforeAll(async () => {
  const history = tradingHistory({ traders: 1, rounds: 1 })
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  api = await startTestApi(db, db)
})
afterEach(() => {
  example?.kill('SIGKILL')
})
afterAll(() => api.stop())

/** Cells of the table between `<!-- name -->` and its end, without its head. */
function table(name: string): string[][] {
  const [, between = ''] = text.split(new RegExp(`<!-- /?${name} -->`))
  const rows = between.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('docs/realtime.md', () => {
  it('lists exactly the topics that there are', () => {
    const families = Object.entries(TOPIC_FAMILIES).map(([family, { key, kind }]) => [
      `\`${family}.{${key.name}}\``,
      kind,
    ])
    expect(table('topics').map((row) => row.slice(0, 2))).toEqual([...families, ['`system`', 'state']])
  })

  it('tells the limits as they are', () => {
    expect(table('limits').map(([, limit]) => Number(limit))).toEqual([MAX_TOPICS, MAX_MESSAGE_BYTES, MAX_MESSAGES])
  })

  it('names metrics that are exposed', async () => {
    const exposed = await (await fetch(`${api.url}/metrics`)).text()
    const named = table('metrics').map(([metric = '']) => metric.replaceAll('`', ''))
    expect(named.length).toBeGreaterThan(3)
    for (const metric of named) expect(exposed).toContain(`# TYPE ${metric} `)
  })

  const fences = [...text.matchAll(/^```(sh|js|ts)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    code,
    about: code.split('\n')[0] ?? '',
  }))

  it('has an example for each transport', () => {
    expect(fences.map(({ language }) => language)).toEqual(['sh', 'js', 'js', 'ts'])
  })

  /** Runs an example against the server of this test; what it says is read with the result. */
  function run({ language, code }: { language: string; code: string }) {
    const [command, args] =
      language === 'sh'
        ? ['sh', ['-s']]
        : [process.execPath, ['--experimental-eventsource', '--input-type=module-typescript', '-']]
    const child = spawn(command, args, { env: { ...childEnvironment(), QUANTDESK_URL: api.url } })
    example = child
    let said = ''
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (chunk) => {
        said += String(chunk)
      })
    }
    child.stdin.end(code)
    return (words: RegExp) => vi.waitFor(() => expect(said).toMatch(words), { timeout: 15_000, interval: 50 })
  }

  it.each(fences)('has an example in $language that runs as it stands: $about', async (fence) => {
    const says = run(fence)
    await says(/trade\.SOL-PERP.*snapshot/)
    await api.bus.publish('trade.SOL-PERP', { id: 'new' })
    await says(/trade\.SOL-PERP.*delta/)
  })

  it.each([
    ['at once', 'nonsense', /BAD_INPUT there is no topic "nonsense"/],
    ['later', 'price.NONE-PERP', /NOT_FOUND there is no market NONE-PERP/],
  ])("tRPC's own client is told a refusal that comes %s", async (_, topic, words) => {
    const { language, code } = fences.at(-1)!
    await run({ language, code: code.replace(/topics: \[.*\]/, `topics: ['${topic}']`) })(words)
  })
})
