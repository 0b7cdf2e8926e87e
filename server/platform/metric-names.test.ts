import { glob, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

async function namesIn(pattern: string, name: RegExp): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const path of glob(pattern)) {
    for (const [, metric = ''] of (await readFile(path, 'utf8')).matchAll(name)) found.set(metric, path)
  }
  return found
}

it('every metric that the documents and the alert rules name exists', async () => {
  const real = await namesIn('server/**/*.ts', /name: '(quantdesk_\w+)'/g)
  const named = await namesIn('docs/**/*.{md,yml}', /\b(quantdesk_[a-z_]+[a-z])\b(?!\.)/g)
  expect(named.size).toBeGreaterThan(30)
  expect([...named].filter(([metric]) => !real.has(metric))).toEqual([])
})
