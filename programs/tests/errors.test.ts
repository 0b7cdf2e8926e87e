import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorNames } from './program.ts'

/** Errors no call can end with, and why. */
const UNREACHABLE: Record<string, string> = {
  PoolWiped: 'shares exist only with capital, and no instruction of this version takes it all',
}

test('every error number is reached by a test, or listed with the reason why none can', () => {
  const tests = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith('.test.ts') && file !== 'errors.test.ts',
  )
  const text = tests.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n')
  const silent = errorNames.filter((name) => !text.includes(`'${name}'`) && !(name in UNREACHABLE))
  expect(silent).toEqual([])
})
