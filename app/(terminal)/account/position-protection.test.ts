import { expect, it } from 'vitest'
import type { OrderDto, PositionDto } from '#server/exchange/schema.ts'
import { base, usd } from '../ticket/testing.ts'
import { protectingOrders, protectionOf } from './position-protection.ts'

const long = { market: 'SOL-PERP', base: '5' } as PositionDto
const closing = (orderId: string, triggerDirection: 'above' | 'below', triggerPrice: string, change = {}): OrderDto =>
  ({
    orderId,
    market: 'SOL-PERP',
    side: 'sell',
    reduceOnly: true,
    stage: 'awaitingTrigger',
    trailingDistance: null,
    triggerDirection,
    triggerPrice,
    ...change,
  }) as OrderDto

it('finds the nearest of what closes a position at a profit and at a loss', () => {
  const orders = [
    closing('1', 'above', '160'),
    closing('2', 'above', '150'),
    closing('3', 'below', '99'),
    closing('4', 'below', '138'),
    closing('5', 'below', '142', { trailingDistance: '2' }),
    closing('6', 'below', '141', { reduceOnly: false }),
    closing('7', 'above', '144', { market: 'BTC-PERP' }),
    closing('8', 'above', '145', { side: 'buy' }),
    closing('9', 'above', '146', { stage: 'awaitingParent' }),
  ]
  const { takeProfit, stopLoss } = protectionOf(long, orders)
  expect([takeProfit?.orderId, stopLoss?.orderId]).toEqual(['2', '4'])
})

it('closes all of it at market, one cancelling the other', () => {
  const at = { takeProfit: usd('150'), stopLoss: usd('138') }
  expect(protectingOrders(base('5'), at)).toMatchObject([
    { side: 'sell', size: base('5'), reduceOnly: true, triggerDirection: 'above', groupId: 1, oneCancelsOther: true },
    { side: 'sell', size: base('5'), reduceOnly: true, triggerDirection: 'below', groupId: 1, oneCancelsOther: true },
  ])
  expect(protectingOrders(-base('5'), at)).toMatchObject([
    { side: 'buy', triggerDirection: 'below', triggerPrice: usd('150') },
    { side: 'buy', triggerDirection: 'above', triggerPrice: usd('138') },
  ])
  expect(protectingOrders(base('5'), { takeProfit: null, stopLoss: usd('138') })).toHaveLength(1)
})
