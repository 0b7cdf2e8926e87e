import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PageRequest } from '../page-request.ts'
import { type Dictionary, ENGLISH, languageOf, setDictionary } from './language.ts'
import { rich, t } from './t.ts'

const german: Dictionary = {
  language: 'de',
  words: {
    'Close {market}': '{market} schließen',
    '{count, plural, one {# order} other {# orders}}': '{count, plural, one {# Order} other {# Orders}}',
    'Read <a>how</a>.': 'Lesen Sie, <a>wie</a>.',
  },
}

beforeEach(() => {
  const request: PageRequest = {}
  globalThis.quantdeskPageRequest = { getStore: () => request }
})
afterEach(() => {
  globalThis.quantdeskPageRequest = undefined
})

describe.each([
  [ENGLISH, 'Close SOL', '1 order', '2 orders', 'Read <b>how</b>.'],
  [german, 'SOL schließen', '1 Order', '2 Orders', 'Lesen Sie, <b>wie</b>.'],
] as const)('%#', (dictionary, close, one, two, link) => {
  beforeEach(() => setDictionary(dictionary))

  test('values and plurals follow the language', () => {
    expect(t('Close {market}', { market: 'SOL' })).toBe(close)
    expect(t('{count, plural, one {# order} other {# orders}}', { count: 1 })).toBe(one)
    expect(t('{count, plural, one {# order} other {# orders}}', { count: 2 })).toBe(two)
  })

  test('elements stand inside a sentence', () => {
    const a = (inner: ReactNode) => createElement('b', null, inner)
    expect(renderToStaticMarkup(createElement('p', null, rich('Read <a>how</a>.', { a })))).toBe(`<p>${link}</p>`)
  })
})

test('what is not in the dictionary is shown in English; a value is never read as a message', () => {
  setDictionary(german)
  expect(t('Leave {market}', { market: '{count} <a>' })).toBe('Leave {count} <a>')
})

test.each([
  ['browser', 'de-CH,de;q=0.9,en;q=0.5', 'de'],
  ['browser', 'fr,en;q=0.8,de;q=0.9', 'de'],
  ['browser', 'de;q=0,en', 'en'],
  ['browser', 'fr', 'en'],
  ['browser', null, 'en'],
  ['en', 'de', 'en'],
  ['de', 'en', 'de'],
] as const)('choice %s with Accept-Language %s is %s', (choice, accepted, language) => {
  expect(languageOf(choice, accepted)).toBe(language)
})
