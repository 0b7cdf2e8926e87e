import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { HOPELESS_EXIT, nodePart } from './child-process.ts'
import { isAlive } from './ports.ts'
import { createSupervisor, type Part, type PartState, type Supervisor } from './supervise.ts'

let dir = ''
const supervisors: Supervisor[] = []
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'supervise-'))
})
afterAll(async () => {
  await Promise.all(supervisors.map((supervisor) => supervisor.stop()))
  await rm(dir, { recursive: true, force: true })
})

/** A real child that runs `source`; `mark(word)` appends a line to the test's own journal. */
async function child(name: string, source: string, drainMs = 2_000): Promise<Part & { marks(): Promise<string[]> }> {
  const id = crypto.randomUUID()
  const script = join(dir, `${id}.mjs`)
  const journal = join(dir, `${id}.txt`)
  const prelude = `import { appendFileSync, readFileSync } from 'node:fs'
const mark = (word) => appendFileSync(${JSON.stringify(journal)}, word + '\\n')
const starts = () => readFileSync(${JSON.stringify(journal)}, 'utf8').split('start').length - 1
const ready = () => process.send({ type: 'ready' })
mark('start')
`
  await writeFile(script, prelude + source)
  await writeFile(journal, '')
  const part = nodePart({ name, args: [script], env: { ...process.env }, logDir: join(dir, 'logs', id), drainMs })
  return { ...part, marks: async () => (await readFile(journal, 'utf8')).trim().split('\n') }
}

const SERVE = `setInterval(() => {}, 1000); process.on('SIGTERM', () => { mark('drained'); process.exit(0) }); ready()`

function run(stages: Part[][], timings = {}) {
  const events: [part: string, state: PartState][] = []
  const supervisor = createSupervisor({
    stages,
    onState: (part, state) => events.push([part, state]),
    timings: { firstRetryMs: 10, longestRetryMs: 40, stableMs: 60_000, crashLimit: 8, startLimit: 4, ...timings },
  })
  supervisors.push(supervisor)
  const states = (part: string) => events.filter(([name]) => name === part).map(([, state]) => state)
  const pids = (part: string) => states(part).flatMap((state) => (state.kind === 'ready' ? state.pid : []))
  return { supervisor, events, states, pids }
}

test('starts stage after stage and stops them the other way round', async () => {
  const first = await child('first', SERVE)
  const second = await child('second', SERVE)
  const { supervisor, events } = run([[first], [second]])
  await supervisor.start()
  await supervisor.stop()
  expect(events.map(([part, { kind }]) => `${part} ${kind}`)).toEqual([
    'first starting',
    'first ready',
    'second starting',
    'second ready',
    'second stopping',
    'second stopped',
    'first stopping',
    'first stopped',
  ])
  expect(await first.marks()).toEqual(['start', 'drained'])
})

describe('a part that ends', () => {
  test('killed hard is started again, and its neighbour is left alone', async () => {
    const { supervisor, pids } = run([[await child('victim', SERVE), await child('neighbour', SERVE)]])
    await supervisor.start()
    process.kill(pids('victim')[0]!, 'SIGKILL')
    await vi.waitFor(() => expect(pids('victim')).toHaveLength(2), { timeout: 10_000 })
    expect(pids('neighbour')).toHaveLength(1)
    await supervisor.stop()
    for (const pid of [...pids('victim'), ...pids('neighbour')]) expect(isAlive(pid)).toBe(false)
  })

  test('again and again is retried with growing pauses, then given up with its last words', async () => {
    const { supervisor, states } = run([[await child('crasher', `throw new RangeError('no more slots')`)]])
    await expect(supervisor.start()).rejects.toThrow(/crasher: RangeError: no more slots/)
    const pauses = states('crasher').flatMap((state) => (state.kind === 'crashed' ? state.retryMs : []))
    expect(pauses).toEqual([10, 20, 40])
    expect(states('crasher').at(-2)).toMatchObject({ kind: 'given-up' })
  })

  test('is given up only for crashes in a row: a stable run starts the count afresh', async () => {
    const source = `ready(); if (starts() < 8) process.exit(1); else setInterval(() => {}, 1000)`
    const { supervisor, pids, states } = run([[await child('patient', source)]], { stableMs: 0, crashLimit: 3 })
    await supervisor.start()
    await vi.waitFor(() => expect(pids('patient')).toHaveLength(8), { timeout: 15_000 })
    expect(states('patient').some(({ kind }) => kind === 'given-up')).toBe(false)
    await supervisor.stop()
  })

  test('after it had run, and only crashes since, is given up while the others run on', async () => {
    const neighbour = await child('neighbour', SERVE)
    const source = `if (starts() === 1) { ready(); setTimeout(() => process.exit(1), 50) } else process.exit(1)`
    const { supervisor, states, pids } = run([[await child('worn', source), neighbour]], { crashLimit: 3 })
    await supervisor.start()
    await vi.waitFor(() => expect(states('worn').at(-1)).toMatchObject({ kind: 'given-up' }), { timeout: 10_000 })
    expect(isAlive(pids('neighbour')[0]!)).toBe(true)
    await supervisor.stop()
    expect(await neighbour.marks()).toEqual(['start', 'drained'])
  })

  test('because its settings are wrong is not tried again, and the rest is stopped', async () => {
    const good = await child('good', SERVE)
    const wrong = await child('wrong', `console.log('Error: PORT is taken'); process.exit(${HOPELESS_EXIT})`)
    const { supervisor, states, pids } = run([[good], [wrong]])
    await expect(supervisor.start()).rejects.toThrow(/PORT is taken/)
    expect(states('wrong').map(({ kind }) => kind)).toEqual(['starting', 'given-up', 'stopped'])
    expect(isAlive(pids('good')[0]!)).toBe(false)
    expect(await good.marks()).toEqual(['start', 'drained'])
  })
})

describe('stopping', () => {
  test('kills a part that does not drain in its time', async () => {
    const deaf = await child(
      'deaf',
      `process.on('SIGTERM', () => mark('heard')); setInterval(() => {}, 1000); ready()`,
      150,
    )
    const { supervisor, pids } = run([[deaf]])
    await supervisor.start()
    await supervisor.stop()
    expect(await deaf.marks()).toEqual(['start', 'heard'])
    expect(isAlive(pids('deaf')[0]!)).toBe(false)
  })

  test('ends a part that is still starting', async () => {
    const slow = await child('slow', `setInterval(() => {}, 1000)`)
    const { supervisor, states } = run([[slow]])
    const started = supervisor.start()
    await vi.waitFor(async () => expect(await slow.marks()).toEqual(['start']))
    await supervisor.stop()
    await started
    expect(states('slow').at(-1)).toEqual({ kind: 'stopped' })
  })

  test('does not wait for the pause before a retry', async () => {
    const source = `if (starts() > 1) { ready(); setInterval(() => {}, 1000) } else process.exit(1)`
    const { supervisor, states } = run([[await child('pausing', source)]], {
      firstRetryMs: 60_000,
      longestRetryMs: 60_000,
    })
    const started = supervisor.start()
    await vi.waitFor(() => expect(states('pausing').at(-1)).toMatchObject({ kind: 'crashed' }), { timeout: 10_000 })
    await supervisor.stop()
    await started
  })
})
