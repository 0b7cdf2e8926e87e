import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generateTypes } from './generate-types.ts'
import { testDatabase } from './testing.ts'

const db = await testDatabase()

test('types.ts is what the migrations make; otherwise run npm run db:types', async () => {
  expect(await readFile(join(import.meta.dirname, 'types.ts'), 'utf8')).toBe(await generateTypes(db))
})
