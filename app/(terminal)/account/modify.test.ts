import { describe, expect, it } from 'vitest'
import type { OrderDto } from '#server/exchange/schema.ts'
import { base, CASH, SOL, usd } from '../ticket/testing.ts'
import { type ModifyFields, modifiableFields, planModification } from './modify.ts'

const order = (change: Partial<OrderDto> = {}): OrderDto =>
  ({
    orderId: '7',
    market: 'SOL-PERP',
    side: 'buy',
    type: 'limit',
    size: '4',
    filled: '1',
    limitPrice: '140',
    stage: 'active',
    triggerPrice: null,
    triggerDirection: null,
    trailingDistance: null,
    trailingExtreme: null,
    pegOffset: null,
    expiresAt: null,
    reduceOnly: false,
    ...change,
  }) as OrderDto

const plan = (found: OrderDto, fields: ModifyFields, portfolio = CASH) =>
  planModification(found, { ...modifiableFields(found), ...fields }, SOL, portfolio)

const stop = order({
  side: 'sell',
  type: 'market',
  limitPrice: null,
  stage: 'awaitingTrigger',
  triggerPrice: '138',
  triggerDirection: 'below',
})
const trailing = order({ ...stop, triggerPrice: '141.27', trailingDistance: '2', trailingExtreme: '143.27' })
const pegged = order({ pegOffset: '-0.5', limitPrice: null })

describe('an order as it shall be', () => {
  it.each([
    [order(), ['limitPrice', 'size']],
    [stop, ['triggerPrice', 'size']],
    [trailing, ['trailingDistance', 'size']],
    [pegged, ['pegOffset', 'limitPrice', 'size']],
    [order({ ...stop, type: 'limit', limitPrice: '137' }), ['triggerPrice', 'limitPrice', 'size']],
    // Set off: its trigger has done its work. Asleep: its size comes from its parent.
    [order({ ...stop, stage: 'active', type: 'limit', limitPrice: '137' }), ['limitPrice', 'size']],
    [order({ ...stop, stage: 'awaitingParent', size: '0' }), ['triggerPrice']],
  ])('can be changed in what it has', (found, fields) => {
    expect(Object.keys(modifiableFields(found))).toEqual(fields)
  })

  it('goes back whole, with what was not changed as it is', () => {
    expect(plan(order({ expiresAt: 1_700_000_000_000 }), { limitPrice: '139' }).change).toEqual({
      orderId: 7n,
      size: base('4'),
      limitPrice: usd('139'),
      triggerPrice: 0n,
      trailingDistance: 0n,
      pegOffset: null,
      expiresAt: 1_700_000_000n,
    })
    expect(plan(pegged, { pegOffset: '-0.7' }).change).toMatchObject({ pegOffset: -usd('0.7'), limitPrice: 0n })
  })

  it('names no trigger where it follows from a distance', () => {
    expect(plan(trailing, { trailingDistance: '3' }).change).toMatchObject({
      trailingDistance: usd('3'),
      triggerPrice: 0n,
    })
  })

  it('is no change where the numbers are the same', () => {
    expect(plan(order(), { limitPrice: '140.00', size: '4.0' })).toEqual({ change: null, problems: {} })
  })

  it.each<[OrderDto, ModifyFields, string]>([
    [order(), { limitPrice: '139.001' }, 'limitPrice'],
    [order({ postOnly: true }), { limitPrice: '151' }, 'limitPrice'],
    [order(), { size: '4.001' }, 'size'],
    [order(), { size: '1' }, 'size'],
    [order(), { size: '1.01' }, 'size'],
    [order(), { size: '' }, 'size'],
    [stop, { triggerPrice: '150' }, 'triggerPrice'],
    [trailing, { trailingDistance: '150' }, 'trailingDistance'],
    [pegged, { pegOffset: '-150' }, 'pegOffset'],
    [order(), { size: '4000' }, 'order'],
  ])('%#: says what is wrong at the field', (found, fields, field) => {
    const { change, problems } = plan(found, fields)
    expect(change).toBeNull()
    expect(Object.keys(problems)).toEqual([field])
  })
})
