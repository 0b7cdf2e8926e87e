import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { methods } from './methods/index.ts'
import { subscriptions } from './subscriptions.ts'

const text = readFileSync(new URL('../../docs/rpc.md', import.meta.url), 'utf8')

/** First column of the table between `<!-- name -->` and its end. */
function listed(name: string): string[] {
  const [, table = ''] = text.split(new RegExp(`<!-- /?${name} -->`))
  return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, method = '']) => method)
}

it('docs/rpc.md lists exactly the methods and subscriptions that there are', () => {
  expect(new Set(listed('methods'))).toEqual(new Set(methods.keys()))
  expect(new Set(listed('subscriptions'))).toEqual(new Set(Object.keys(subscriptions)))
})
