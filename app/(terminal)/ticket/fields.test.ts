import { describe, expect, it } from 'vitest'
import { initialFields, nearestStep, parsePositive, reduceTicket } from './fields.ts'
import { parsePreferences } from './preferences.ts'

describe('the fields of a ticket', () => {
  const start = initialFields()

  it('become a scaled order of the size that was typed when a range is drawn on the depth curve', () => {
    const typed = reduceTicket(start, { type: 'size', text: '8' })
    expect(reduceTicket(typed, { type: 'takeRange', side: 'sell', first: '143', last: '150' })).toMatchObject({
      kind: 'ladder',
      side: 'sell',
      price: '143',
      lastPrice: '150',
      size: '8',
      reduceOnly: false,
    })
  })

  it('forget the time in force with the limit order it was chosen for', () => {
    const limit = reduceTicket(start, { type: 'kind', kind: 'limit', reduces: false })
    const ioc = reduceTicket(limit, { type: 'timeInForce', timeInForce: 'ioc' })
    expect(ioc).toMatchObject({ kind: 'limit', timeInForce: 'ioc' })
    expect(reduceTicket(ioc, { type: 'kind', kind: 'market', reduces: false })).toMatchObject({ timeInForce: 'gtc' })
  })

  it('let a post-only order neither take at once nor be a market order', () => {
    const limit = reduceTicket(start, { type: 'kind', kind: 'limit', reduces: false })
    const ioc = reduceTicket(limit, { type: 'timeInForce', timeInForce: 'ioc' })
    const postOnly = reduceTicket(ioc, { type: 'postOnly', on: true })
    expect(postOnly).toMatchObject({ postOnly: true, timeInForce: 'gtc' })
    expect(reduceTicket(postOnly, { type: 'timeInForce', timeInForce: 'ioc' }).postOnly).toBe(false)
    expect(reduceTicket(postOnly, { type: 'kind', kind: 'market', reduces: false }).postOnly).toBe(false)
  })

  it('become a limit order when a price is taken from the book or the chart', () => {
    expect(reduceTicket(start, { type: 'takePrice', text: '142.5' })).toMatchObject({ kind: 'limit', price: '142.5' })
  })

  it.each([
    ['limit', 'price'],
    ['pegged', 'price'],
    ['oco', 'price'],
    ['stop', 'trigger'],
    ['ladder', 'price'],
    ['twap', 'bound'],
  ] as const)('of the kind %s take it as their %s, also where another stands there', (kind, field) => {
    const typed = { ...start, kind, [field]: '100' }
    const before = { price: typed.price, trigger: typed.trigger, bound: typed.bound }
    const { price, trigger, bound } = reduceTicket(typed, { type: 'takePrice', text: '142.5' })
    const expected = kind === 'ladder' ? { price: '100' } : { [field]: '142.5' }
    expect({ price, trigger, bound }).toEqual({ ...before, ...expected })
  })

  it('forget the slider when a size is typed, and only the size when the order is sent', () => {
    const slid = reduceTicket({ ...start, price: '140' }, { type: 'percent', percent: 130, size: '7' })
    expect(slid).toMatchObject({ percent: 100, size: '7' })
    expect(reduceTicket(slid, { type: 'size', text: '3' }).percent).toBeNull()
    expect(reduceTicket(slid, { type: 'sent', size: '7' })).toMatchObject({ size: '', percent: null, price: '140' })
    // Another one typed while it was on its way.
    expect(reduceTicket({ ...slid, size: '9' }, { type: 'sent', size: '7' })).toMatchObject({ size: '9' })
  })

  it('keep slippage between 0.01 % and 5 %', () => {})
})

it('reads positive numbers only, and says what is wrong with others', () => {
  expect(parsePositive('1.5', 9)).toEqual({ value: 1_500_000_000n })
  expect(parsePositive('', 9)).toEqual({ empty: true })
  expect(parsePositive('0', 9)).toEqual({ problem: 'notPositive' })
  expect(parsePositive('1e3', 9)).toHaveProperty('problem')
})

it('rounds to the nearest step, never to nothing', () => {
  expect([104n, 105n, 3n].map((value) => nearestStep(value, 10n))).toEqual([100n, 110n, 10n])
})

it('remembers only what it can read', () => {
  expect(parsePreferences('{"version":1,"leverage":10,"sizeUnit":"quote"}')).toEqual({
    leverage: 10,
    sizeUnit: 'quote',
  })
  for (const text of [null, '', '[]', '{"version":2,"leverage":3}']) expect(parsePreferences(text)).toEqual({})
  expect(parsePreferences('{"version":1,"leverage":"9"}')).toEqual({})
})
