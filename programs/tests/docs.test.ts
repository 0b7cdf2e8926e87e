/** docs/ names all of the program, and nothing that it does not have. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Named = { name: string }
type Idl = {
  instructions: Named[]
  accounts: Named[]
  events: Named[]
  errors: (Named & { code: number; msg: string })[]
}

const idl = JSON.parse(readFileSync(new URL('../artifacts/perps.json', import.meta.url), 'utf8')) as Idl
const doc = (name: string) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
const words = (text: string) => new Set(text.match(/\w+/g))

test.each([
  ['instruction', idl.instructions, 'program'],
  ['account', idl.accounts, 'program'],
  ['event', idl.events, 'program-events'],
] as const)('every %s is described', (_, named, file) => {
  const described = words(doc(file))
  expect(named.map(({ name }) => name).filter((name) => !described.has(name))).toEqual([])
})

test('every error stands in the table with its number and its sentence, and no other', () => {
  const rows = doc('program-errors').match(/^\| \d+ \|.*$/gm)
  expect(rows).toEqual(idl.errors.map(({ code, name, msg }) => `| ${code} | ${name} | ${msg} |`))
})
