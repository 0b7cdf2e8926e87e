import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { expect, test } from 'vitest'
import { de, PARTS } from './de/index.ts'
import { textsOf } from './testing-texts.ts'

/** A browser asks for it without cookies, and keeps what it was told when the app was installed. */
const IN_ENGLISH = ['manifest.ts']

const { keys, untranslated } = textsOf('app')

test('every text of the pages has its German, and no German is left over', () => {
  const texts = new Map(keys.map(({ text, at }) => [text, at]))
  expect([...texts].filter(([text]) => de[text] === undefined)).toEqual([])
  // The program's sentences stand in its own tables: see program-errors.test.ts.
  const ours = Object.entries(PARTS).filter(([part]) => part !== 'programErrors')
  const german = ours.flatMap(([, words]) => Object.keys(words))
  expect(german.filter((text) => !texts.has(text))).toEqual([])
})

test('each text is translated once', () => {
  const all = Object.entries(PARTS).flatMap(([part, texts]) => Object.keys(texts).map((text) => ({ part, text })))
  const seen = new Map<string, string[]>()
  for (const { part, text } of all) seen.set(text, [...(seen.get(text) ?? []), part])
  expect([...seen].filter(([, parts]) => parts.length > 1)).toEqual([])
})

test('each German text is filled with the same values as its English', () => {
  expect(Object.entries(de).filter(([english, german]) => String(slots(german)) !== String(slots(english)))).toEqual([])
})

test('nothing reaches the reader past the dictionary', () => {
  expect(untranslated.filter(({ at }) => !IN_ENGLISH.some((part) => at.startsWith(`app/${part}`)))).toEqual([])
})

/** The values and tags of a message, by name. */
function slots(text: string): string[] {
  const names = (elements: readonly MessageFormatElement[]): string[] =>
    elements.flatMap((element) => {
      if (element.type === TYPE.literal || element.type === TYPE.pound) return []
      if (element.type === TYPE.tag) return [`<${element.value}>`, ...names(element.children)]
      if (element.type === TYPE.plural || element.type === TYPE.select) {
        return [element.value, ...Object.values(element.options).flatMap(({ value }) => names(value))]
      }
      return [element.value]
    })
  return [...new Set(names(parse(text)))].sort()
}
