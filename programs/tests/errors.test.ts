/** Every error number is reached: named where a test asserts that a call of the real program was refused with it. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorNames } from './program.ts'

/** Errors no call can end with, and why. */
const UNREACHABLE: Record<string, string> = {}

/** `expectRefusal(receipt, 'Name')`, and the other forms in which a refusal is compared with a name. */
const ASSERTED = [
  /expectRefusal\((?:[^;]|\n)*?'(\w+)',?\s*\)/g,
  /errorName\([^)]*\)\)?\.toBe\('(\w+)'\)/g,
  /error: '(\w+)'/g,
]
/** A table of names that go to `expectRefusal` one by one. */
const TABLE = /expectRefusal\((?:[^;']|\n)*?,\s*\w+,?\s*\)/

function assertedIn(text: string): string[] {
  const direct = ASSERTED.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? ''))
  const listed = TABLE.test(text) ? [...text.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '') : []
  return [...direct, ...listed]
}

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
const tests = files.filter((file) => file.endsWith('.test.ts') && file !== 'errors.test.ts')
const asserted = new Set(tests.flatMap((file) => assertedIn(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))))

test('every error number is reached by a test, or listed with the reason why none can', () => {
  expect(errorNames.filter((name) => !asserted.has(name) && !(name in UNREACHABLE))).toEqual([])
})

test('what is listed as unreachable exists and no test reaches it', () => {
  const wrong = Object.keys(UNREACHABLE).filter((name) => !errorNames.includes(name) || asserted.has(name))
  expect(wrong).toEqual([])
})
