import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { run } from './reset.ts'

let dataDir = ''

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'reset-')), 'data')
  for (const folder of ['localnet', 'logs', 'run', 'postgres']) {
    await mkdir(join(dataDir, folder), { recursive: true })
    await writeFile(join(dataDir, folder, 'file'), 'ours')
  }
  vi.stubEnv('DATA_DIR', dataDir)
  vi.spyOn(console, 'log').mockReturnValue()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(join(dataDir, '..'), { recursive: true, force: true })
})

test('deletes the data, and the folder when nothing else is in it', async () => {
  expect(await run(['--yes'])).toBe(0)
  await expect(stat(dataDir)).rejects.toThrow(/ENOENT/)
})

test('leaves what is not ours, when DATA_DIR is a folder that somebody uses', async () => {
  await mkdir(join(dataDir, 'photos'))
  await writeFile(join(dataDir, 'photos', 'cat.jpg'), 'cat')
  await writeFile(join(dataDir, 'letter.txt'), 'dear')
  expect(await run(['--yes'])).toBe(0)
  expect((await readdir(dataDir)).sort()).toEqual(['letter.txt', 'photos'])
  expect(await readFile(join(dataDir, 'photos', 'cat.jpg'), 'utf8')).toBe('cat')
  expect(vi.mocked(console.log).mock.calls.join()).toContain('photos')
})

test('keeps the keys, and the heads of an audit log that is not deleted with it', async () => {
  const files = ['seal-keys', 'audit-signing-key.pem', 'audit-heads.jws']
  for (const file of files) await writeFile(join(dataDir, file), 'ours')
  vi.stubEnv('DATABASE_URL', 'postgres://elsewhere/quantdesk')
  expect(await run(['--yes'])).toBe(0)
  expect((await readdir(dataDir)).sort()).toEqual(files.toSorted())
  vi.stubEnv('DATABASE_URL', '')
  expect(await run(['--yes'])).toBe(0)
  expect((await readdir(dataDir)).sort()).toEqual(['audit-signing-key.pem', 'seal-keys'])
  expect(vi.mocked(console.log).mock.calls.join()).not.toContain('seal-keys')
})
