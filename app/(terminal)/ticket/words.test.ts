import { afterEach, describe, expect, it } from 'vitest'
import { de } from '#app/i18n/de/index.ts'
import { setDictionary } from '#app/i18n/language.ts'
import type { PageRequest } from '#app/page-request.ts'
import type { TicketFields } from './fields.ts'
import { context, NOW, seen } from './testing.ts'

const world = context({ tradingKeyUntil: NOW + 86_400_000 })

const TITLES: readonly (readonly [fields: Partial<TicketFields>, english: string, german: string])[] = [
  [{ kind: 'market' }, 'Buy 3.50 SOL at market', 'Kaufen 3.50 SOL zum Marktpreis'],
  [{ kind: 'limit', side: 'sell', price: '150' }, 'Sell 3.50 SOL at 150.00', 'Verkaufen 3.50 SOL zu 150.00'],
  [{ kind: 'stop', side: 'sell', trigger: '138' }, 'Stop sell 3.50 SOL at 138.00', 'Stop-Verkauf 3.50 SOL zu 138.00'],
  [
    { kind: 'stop', side: 'sell', trigger: '138', execution: 'limit', price: '137.5' },
    'Stop limit sell 3.50 SOL at 138.00',
    'Stop-Limit-Verkauf 3.50 SOL zu 138.00',
  ],
  [
    { kind: 'takeProfit', side: 'sell', trigger: '150' },
    'Take profit sell 3.50 SOL at 150.00',
    'Take-Profit-Verkauf 3.50 SOL zu 150.00',
  ],
  [
    { kind: 'trailing', side: 'sell', distance: '2', distanceUnit: 'price' },
    'Trailing stop sell 3.50 SOL by 2.00',
    'Trailing-Stop-Verkauf 3.50 SOL mit Abstand 2.00',
  ],
  [
    { kind: 'pegged', offset: '-0.5', distanceUnit: 'price' },
    'Pegged buy 3.50 SOL 0.50 below the oracle',
    'Oracle-Limit-Kauf 3.50 SOL 0.50 unter dem Orakel',
  ],
  [
    { kind: 'pegged', offset: '0', distanceUnit: 'price' },
    'Pegged buy 3.50 SOL at the oracle',
    'Oracle-Limit-Kauf 3.50 SOL zum Orakelpreis',
  ],
  [
    { kind: 'ladder', price: '140', lastPrice: '130', count: 5 },
    'Scaled buy 3.50 SOL in 5 orders from 140.00 to 130.00',
    'Gestaffelter Kauf 3.50 SOL in 5 Orders von 140.00 bis 130.00',
  ],
  [
    { kind: 'twap', duration: '10', intervalS: 60 },
    'TWAP buy 3.50 SOL in 10 slices over 10 min',
    'TWAP-Kauf 3.50 SOL in 10 Teilorders über 10 min',
  ],
  [
    { kind: 'oco', side: 'sell', price: '150', trigger: '138' },
    'OCO sell 3.50 SOL at 150.00 or 138.00',
    'OCO-Verkauf 3.50 SOL zu 150.00 oder 138.00',
  ],
]

afterEach(() => {
  globalThis.quantdeskPageRequest = undefined
})

function speakGerman(): void {
  const request: PageRequest = {}
  globalThis.quantdeskPageRequest = { getStore: () => request }
  setDictionary({ language: 'de', words: de })
}

describe('an order is called by its kind, side, size and prices', () => {
  it.each(TITLES)('%o', (fields, english, german) => {
    const title = () => seen({ size: '3.5', ...fields }, world).order?.title
    expect(title()).toBe(english)
    speakGerman()
    expect(title()).toBe(german)
  })
})

it('what stands in its way names the field as the language does', () => {
  const first = (fields: Partial<TicketFields>) => {
    const [problem] = seen({ size: '3.5', ...fields }, world).problems
    return problem && [problem.label, problem.message]
  }
  const steps: readonly (readonly [Partial<TicketFields>, readonly string[], readonly string[]])[] = [
    [
      { kind: 'limit', price: '0' },
      ['Check the price', 'The price must be above 0.'],
      ['Preis prüfen', 'Preis muss über 0 liegen.'],
    ],
    [
      { kind: 'ladder', price: '140', lastPrice: '' },
      ['Enter the last price', 'Enter the last price'],
      ['Endpreis eingeben', 'Endpreis eingeben'],
    ],
    [{ kind: 'limit', price: '' }, ['Enter a price', 'Enter a price'], ['Preis eingeben', 'Preis eingeben']],
    [
      { size: '.' },
      ['Check the size', 'The size is not a number: write digits and at most one point, like 143.27.'],
      ['Größe prüfen', 'Größe ist keine Zahl: Schreiben Sie Ziffern und höchstens einen Punkt, wie 143.27.'],
    ],
  ]
  for (const [fields, english] of steps) expect(first(fields)).toEqual(english)
  speakGerman()
  for (const [fields, , german] of steps) expect(first(fields)).toEqual(german)
})
