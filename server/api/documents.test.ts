import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { documentFiles } from './documents.ts'
import { restRoutes } from './rest.ts'
import { createRoot, type RootParts } from './root.ts'

it.each(Object.entries(await documentFiles()))(
  '%s is what the procedures say: run npm run api:docs',
  async (file, text) => {
    expect(await readFile(file, 'utf8')).toBe(text)
  },
)

it('every route is reached: none is taken by an earlier one whose parameter fits it', () => {
  const routes = restRoutes(createRoot({} as RootParts)).map(([path]) => path.split('/'))
  const takes = (pattern: readonly string[], parts: readonly string[]) =>
    pattern.length === parts.length && pattern.every((part, index) => part.startsWith('{') || part === parts[index])
  const taken = routes.flatMap((parts, index) =>
    routes
      .slice(0, index)
      .filter((earlier) => takes(earlier, parts))
      .map((earlier) => `${parts.join('/')} is taken by ${earlier.join('/')}`),
  )
  expect(routes.length).toBeGreaterThan(50)
  expect(taken).toEqual([])
})
