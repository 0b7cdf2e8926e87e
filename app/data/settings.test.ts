import { expect, test } from 'vitest'
import { DEFAULTS, parseSettings, serializeSettings } from './settings.ts'

test('settings survive the cookie', () => {
  const settings = { ...DEFAULTS, theme: 'light' as const, bookGrouping: { 'SOL-PERP': '0.1' } }
  expect(parseSettings(serializeSettings(settings))).toEqual(settings)
})

test.each([[undefined], ['%'], ['null'], ['{"version":99,"theme":"light"}'], ['[]']])(
  '%s gives the defaults',
  (text) => {
    expect(parseSettings(text)).toEqual(DEFAULTS)
  },
)

test('one wrong member does not cost the others', () => {
  const text = encodeURIComponent('{"version":1,"theme":"pink","interval":"1h","bookGrouping":{"SOL-PERP":1}}')
  expect(parseSettings(text)).toEqual({ ...DEFAULTS, interval: '1h' })
})
