import { expect, test } from 'vitest'
import type { OrderDto } from '#server/exchange/schema.ts'
import type { MarketView } from './market-view.ts'
import { movedFields } from './order-drag.ts'

const view = { price: { price: 150_000_000n }, tickSize: 10_000n } as MarketView
const order = (change: Partial<OrderDto>): OrderDto =>
  ({
    side: 'sell',
    type: 'limit',
    stage: 'active',
    size: '2',
    limitPrice: '160',
    triggerPrice: null,
    trailingDistance: null,
    trailingExtreme: null,
    pegOffset: null,
    ...change,
  }) as OrderDto

test('the line of a limit order is its limit', () => {
  expect(movedFields(order({}), 'limit', '155.5', view)).toEqual({ limitPrice: '155.5', size: '2' })
})

test('a stop that becomes a limit order has a line for each of its prices', () => {
  const stop = order({ stage: 'awaitingTrigger', triggerPrice: '140', limitPrice: '139' })
  expect(movedFields(stop, 'trigger', '141', view)).toMatchObject({ triggerPrice: '141', limitPrice: '139' })
  expect(movedFields(stop, 'limit', '138', view)).toMatchObject({ triggerPrice: '140', limitPrice: '138' })
})

test('a pegged order keeps following the oracle, from another distance', () => {
  const peg = order({ pegOffset: '1', limitPrice: null })
  expect(movedFields(peg, 'limit', '152.25', view)).toMatchObject({ pegOffset: '2.25' })
  expect(movedFields(peg, 'limit', '149', view)).toMatchObject({ pegOffset: '-1' })
})

test('a trailing stop keeps following the best price, from another distance on the tick', () => {
  const trailing = order({
    type: 'market',
    stage: 'awaitingTrigger',
    limitPrice: null,
    triggerPrice: '148.000003',
    trailingDistance: '3',
    trailingExtreme: '151.000003',
  })
  expect(movedFields(trailing, 'trigger', '149.5', view)).toMatchObject({ trailingDistance: '1.5' })
  expect(movedFields(trailing, 'trigger', '151.2', view)).toMatchObject({ trailingDistance: '0' })
  const buys = { ...trailing, side: 'buy' as const, trailingExtreme: '149' }
  expect(movedFields(buys, 'trigger', '152', view)).toMatchObject({ trailingDistance: '3' })
})
