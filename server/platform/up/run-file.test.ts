import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { commandOf } from '../ports.ts'
import { endOrphans, liveRun, type RunState, runStateWriter } from './run-file.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'run-file-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const state = async (): Promise<RunState> => ({
  pid: process.pid,
  command: await commandOf(process.pid),
  entry: 'main.ts',
  url: 'http://127.0.0.1:3000',
  startedAt: 0,
  ready: false,
  parts: {},
})

test('a write that fails is told and does not stop the next', async () => {
  const failed = vi.fn()
  const now = await state()
  const write = runStateWriter(dataDir, now, failed)
  await writeFile(join(dataDir, 'run'), 'a file where the folder belongs')
  await write()
  expect(failed).toHaveBeenCalledTimes(1)
  await rm(join(dataDir, 'run'))
  now.ready = true
  await write()
  expect(failed).toHaveBeenCalledTimes(1)
  expect(await liveRun(dataDir)).toEqual(now)
})

test.each(['', '{"pid": 1', '[]'])('a damaged run file %j is none', async (text) => {
  await mkdir(join(dataDir, 'run'))
  await writeFile(join(dataDir, 'run/supervisor.json'), text)
  expect(await liveRun(dataDir)).toBeUndefined()
  expect(await endOrphans(dataDir)).toBe(0)
})
