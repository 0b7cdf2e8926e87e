import { expect, test } from 'vitest'
import { readAudit, readLicences } from './audit.ts'

test('serious faults are named with their advisory, lesser ones are let pass', () => {
  const of = (severity: string) => ({
    severity,
    range: '<2.0.0',
    via: ['other', { url: 'https://example.com/advisory' }],
  })
  const report = { vulnerabilities: { leaky: of('critical'), slow: of('moderate'), broken: of('high') } }
  expect(readAudit(report)).toEqual([
    'leaky <2.0.0: critical https://example.com/advisory',
    'broken <2.0.0: high https://example.com/advisory',
  ])
})

test('a registry that does not know is not a clean bill', () => {
  expect(readAudit({ message: '405 Method Not Allowed', statusCode: 405 })).toBeNull()
})

test('a licence that would bind our own code is named, where we ship it', () => {
  const packages = {
    'node_modules/a': { license: 'GPL-3.0-only' },
    'node_modules/a/node_modules/@b/c': { license: '(MIT OR AGPL-3.0)' },
    'node_modules/d': { license: 'LGPL-3.0-only' },
    'node_modules/e': { license: 'GPL-2.0', dev: true },
    'node_modules/f': {},
  }
  expect(readLicences({ packages })).toEqual(['a: GPL-3.0-only', '@b/c: (MIT OR AGPL-3.0)'])
})
