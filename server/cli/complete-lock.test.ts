import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { completeLock, type Lock } from './complete-lock.ts'

test('the lock file names every platform, so that npm ci works; otherwise run ./qd -- lock', async () => {
  expect(completeLock(JSON.parse(await readFile('package-lock.json', 'utf8')))).toEqual([])
})

test('a missing platform is named with its version, system, processor and C library', () => {
  const lock: Lock = {
    packages: {
      '': {},
      'node_modules/tool': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: {
          '@tool/linux-x64-musl': '2.0.0',
          '@tool/darwin-arm64': '2.0.0',
          '@tool/linux-x64': '2.0.0',
        },
      },
      'node_modules/tool/node_modules/@tool/linux-x64': { version: '2.0.0' },
    },
  }
  expect(completeLock(lock)).toEqual(['@tool/linux-x64-musl', '@tool/darwin-arm64'])
  expect(lock.packages['node_modules/@tool/linux-x64-musl']).toEqual({
    version: '2.0.0',
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
    dev: true,
    optional: true,
  })
  expect(lock.packages['node_modules/@tool/darwin-arm64']).toMatchObject({ os: ['darwin'], cpu: ['arm64'] })
  expect(Object.keys(lock.packages)).toEqual([
    '',
    'node_modules/@tool/darwin-arm64',
    'node_modules/@tool/linux-x64-musl',
    'node_modules/tool',
    'node_modules/tool/node_modules/@tool/linux-x64',
  ])
})

test('an optional package without an exact version or a platform is refused, not guessed', () => {
  const lock = (name: string, version: string): Lock => ({
    packages: { 'node_modules/a': { optionalDependencies: { [name]: version } } },
  })
  expect(() => completeLock(lock('a-linux-x64', '^1.0.0'))).toThrow(/a-linux-x64@\^1\.0\.0/)
  expect(() => completeLock(lock('fast', '1.0.0'))).toThrow(/fast@1\.0\.0/)
})
