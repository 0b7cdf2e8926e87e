import { expect, test } from 'vitest'
import { fieldsOf } from './desk.ts'
import { initialFields } from './fields.ts'

const typed = { ...initialFields('buy'), size: '2', leverage: 7 }

test('a limit at a price has the size and leverage of the ticket', () => {
  expect(fieldsOf(typed, { side: 'sell', kind: 'limit', price: '150.25' }, false)).toMatchObject({
    side: 'sell',
    kind: 'limit',
    price: '150.25',
    size: '2',
    leverage: 7,
    reduceOnly: false,
  })
})

test('a stop at a price becomes a market order, and only reduces where there is something to reduce', () => {
  const stop = { side: 'sell', kind: 'stop', price: '130' } as const
  expect(fieldsOf(typed, stop, true)).toMatchObject({
    kind: 'stop',
    trigger: '130',
    execution: 'market',
    reduceOnly: true,
  })
  expect(fieldsOf(typed, stop, false)).toMatchObject({ reduceOnly: false })
})

test('a ticket that is of the kind already keeps its conditions', () => {
  const postOnly = { ...typed, kind: 'limit' as const, postOnly: true }
  expect(fieldsOf(postOnly, { side: 'buy', kind: 'limit', price: '120' }, false)).toMatchObject({
    postOnly: true,
    price: '120',
  })
})
