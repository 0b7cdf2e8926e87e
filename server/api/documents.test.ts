import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { documentFiles } from './documents.ts'
import { restProcedures } from './openapi.ts'
import { createRoot, type RootParts } from './root.ts'

it.each(Object.entries(await documentFiles()))(
  '%s is what the procedures say: run npm run api:docs',
  async (file, text) => {
    expect(await readFile(file, 'utf8')).toBe(text)
  },
)

it('every route is reached: none is taken by an earlier one whose parameter fits it', () => {
  const routes = restProcedures(createRoot({} as RootParts)).flatMap(({ method, paths }) =>
    paths.map((path) => ({ method, parts: path.split('/') })),
  )
  const takes = (pattern: readonly string[], parts: readonly string[]) =>
    pattern.length === parts.length && pattern.every((part, index) => part.startsWith('{') || part === parts[index])
  const taken = routes.flatMap(({ method, parts }, index) => {
    const earlier = routes.slice(0, index).filter((route) => route.method === method && takes(route.parts, parts))
    return earlier.map((route) => `${method} ${parts.join('/')} is taken by ${route.parts.join('/')}`)
  })
  expect(routes.length).toBeGreaterThan(50)
  expect(taken).toEqual([])
})
