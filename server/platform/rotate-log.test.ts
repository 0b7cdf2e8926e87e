import { appendFile, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepLogSmall } from './rotate-log.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rotate-log-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a log above its limit moves aside while its writer goes on', async () => {
  const path = join(dir, 'worker.log')
  const writer = await open(path, 'a')
  const end = keepLogSmall(path, 10, 10)
  try {
    await writer.write('short\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(stat(`${path}.1`)).rejects.toThrow(/ENOENT/)
    await writer.write('much too long\n')
    await vi.waitFor(async () => expect((await stat(path)).size).toBe(0))
    expect(await readFile(`${path}.1`, 'utf8')).toBe('short\nmuch too long\n')
    await writer.write('next\n')
    expect(await readFile(path, 'utf8')).toBe('next\n')
  } finally {
    end()
    await writer.close()
  }
})

test('a log that is gone ends nothing, and one let go grows', async () => {
  const path = join(dir, 'gone.log')
  const end = keepLogSmall(path, 1, 10)
  await new Promise((resolve) => setTimeout(resolve, 50))
  end()
  await appendFile(path, 'long enough')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect((await stat(path)).size).toBe(11)
})
