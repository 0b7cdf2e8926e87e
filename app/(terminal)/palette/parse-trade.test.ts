import { afterEach, expect, it } from 'vitest'
import { setFormatChoice } from '#app/ui/format-choice.ts'
import { parseSentence } from './parse-trade.ts'

const MARKETS = ['SOL-PERP', 'BTC-PERP', 'ETH-PERP']
const parse = (text: string) => parseSentence(text, MARKETS, 'ETH-PERP')
const order = { kind: 'order', side: 'buy', market: 'SOL-PERP', size: '2', unit: 'base', price: null }

it.each([
  ['buy 2 sol', order],
  ['Long 2 of SOL-PERP', order],
  ['b 2', { ...order, market: 'ETH-PERP' }],
  ['buy 2 sol at 141.5', { ...order, price: '141.5' }],
  ['buy 2 sol @141.5', { ...order, price: '141.5' }],
  ['short $500 btc', { ...order, side: 'sell', market: 'BTC-PERP', size: '500', unit: 'quote' }],
  [
    'sell 2.5k usdc btc at 91,000',
    { ...order, side: 'sell', market: 'BTC-PERP', size: '2500', unit: 'quote', price: '91000' },
  ],
  ['sell 25% sol', { ...order, side: 'sell', size: '25', unit: 'percent' }],
  ['close', { kind: 'close', market: 'ETH-PERP', fractionBps: 10_000 }],
  ['close half sol', { kind: 'close', market: 'SOL-PERP', fractionBps: 5_000 }],
  ['close 12.5% of my sol position', { kind: 'close', market: 'SOL-PERP', fractionBps: 1_250 }],
  ['reverse btc', { kind: 'reverse', market: 'BTC-PERP' }],
  ['alert sol 150', { kind: 'alert', market: 'SOL-PERP', at: '150' }],
  ['alert when btc hits 100k', { kind: 'alert', market: 'BTC-PERP', at: '100000' }],
  ['alert btc below 1,234,567.5', { kind: 'alert', market: 'BTC-PERP', at: '1234567.5' }],
  ['close sol, half', { kind: 'close', market: 'SOL-PERP', fractionBps: 5_000 }],
  ['kaufe 2,5 sol zu 141,25', { ...order, size: '2.5', price: '141.25' }],
  ['schließe die Hälfte von sol', { kind: 'close', market: 'SOL-PERP', fractionBps: 5_000 }],
  ['Alarm wenn btc 100k erreicht', { kind: 'alert', market: 'BTC-PERP', at: '100000' }],
])('%s', (text, sentence) => {
  expect(parse(text)).toEqual(sentence)
})

it.each([
  'buy',
  'buy sol',
  'buy 0 sol',
  'buy two sol',
  'buy 2 doge',
  'buy 1 2 3',
  'buy 2 sol at 5%',
  'close 0%',
  'close 101%',
  'close 5',
  'reverse 2',
  'alert 5% sol',
  'alert',
  'settings',
  '',
])('%s is no order', (text) => {
  expect(parse(text)).toBeNull()
})

afterEach(() => {
  globalThis.quantdeskPageRequest = undefined
})

it('reads numbers as the reader has them written', () => {
  // There is no window here, so the choice is given as a page request has it.
  const request = {}
  globalThis.quantdeskPageRequest = { getStore: () => request }
  setFormatChoice({ numbers: 'point-comma', timeZone: 'UTC' })
  expect(parse('sell 2.500 usdc btc at 91.000,5')).toMatchObject({ size: '2500', price: '91000.5' })
  expect(parse('buy 1,125 sol at 141.5')).toMatchObject({ size: '1.125', price: '141.5' })
})
