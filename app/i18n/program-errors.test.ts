import { expect, test } from 'vitest'
import { failureSentences } from '#client/errors.ts'
import { de, PARTS } from './de/index.ts'

/* The program's sentences stand in its own tables, where words.test.ts does not look. */

test('every sentence in which the chain refuses has its German, and no German is left over', () => {
  const sentences = failureSentences()
  expect(sentences.filter((sentence) => de[sentence] === undefined)).toEqual([])
  expect(Object.keys(PARTS.programErrors ?? {}).filter((sentence) => !sentences.includes(sentence))).toEqual([])
})
