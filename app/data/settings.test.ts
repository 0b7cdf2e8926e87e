import { expect, test } from 'vitest'
import { DEFAULTS, isSizePreset, parseSettings, serializeSettings } from './settings.ts'

const cookie = (kept: object): string => encodeURIComponent(JSON.stringify(kept))

test('settings survive the cookie', () => {
  const settings = {
    ...DEFAULTS,
    language: 'de' as const,
    theme: 'light' as const,
    bookGrouping: { 'SOL-PERP': '0.1' },
    numbers: 'point-comma' as const,
    timeZone: 'Europe/Berlin',
    confirm: { ticket: true, close: false, quick: true },
    hotkeys: { buy: 'Shift+B', sell: '' },
    sizes: ['50', '100%', '2500.50', '7'],
    sounds: { fill: 'none' as const, alert: 'bell' as const, danger: 'alarm' as const },
  }
  expect(parseSettings(serializeSettings(settings))).toEqual(settings)
})

test('a page reads them decoded, as Next hands cookies over, with the % of a size in them', () => {
  const settings = { ...DEFAULTS, theme: 'light' as const }
  expect(parseSettings(decodeURIComponent(serializeSettings(settings)))).toEqual(settings)
})

test.each([[undefined], ['%'], ['null'], ['{"version":99,"theme":"light"}'], ['[]'], ['{"theme":"light"}']])(
  '%s gives the defaults',
  (text) => {
    expect(parseSettings(text)).toEqual(DEFAULTS)
  },
)

test('a cookie of version 1 keeps what it knew', () => {
  const known = { theme: 'light', colors: 'blue-orange', interval: '1h', bookGrouping: { 'SOL-PERP': '1' } }
  expect(parseSettings(cookie({ version: 1, ...known }))).toEqual({ ...DEFAULTS, ...known })
})

test('one wrong member does not cost the others', () => {
  const kept = {
    version: 2,
    theme: 'pink',
    interval: '1h',
    bookGrouping: { 'SOL-PERP': 1 },
    timeZone: 'Mars/Olympus',
    slippageBps: 0,
    feeCap: 1.5,
    confirm: { close: 'no' },
    sizes: ['0', '101%', 'all'],
    sounds: { fill: 'fanfare' },
  }
  expect(parseSettings(cookie(kept))).toEqual({ ...DEFAULTS, interval: '1h' })
})

test('the whole of it fits into a cookie', () => {
  const hotkeys = Object.fromEntries(
    Array.from({ length: 25 }, (_, at) => [`someCommandOfOurs${at}`, 'Shift+ArrowRight']),
  )
  expect(serializeSettings({ ...DEFAULTS, hotkeys }).length).toBeLessThan(3_000)
})

test.each(['1', '0.5', '100%', '25.5%', '-5', '', '1e3', '12.345'])('judges the size %s', (text) => {
  expect(isSizePreset(text)).toBe(['1', '100%'].includes(text))
})
