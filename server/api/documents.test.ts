import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { documentFiles } from './documents.ts'

it.each(Object.entries(documentFiles()))('%s is what the procedures say: run npm run api:docs', async (file, text) => {
  expect(await readFile(file, 'utf8')).toBe(text)
})
