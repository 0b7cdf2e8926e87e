import { describe, expect, it } from 'vitest'
import { orderKind, workingPrice } from './order-kind.ts'

describe('what an order is called', () => {
  it.each([
    [{ side: 'buy', type: 'limit' }, 'Limit'],
    [{ side: 'sell', type: 'market' }, 'Market'],
    [{ side: 'sell', type: 'market', triggerDirection: 'below' }, 'Stop market'],
    [{ side: 'buy', type: 'limit', triggerDirection: 'above' }, 'Stop limit'],
    [{ side: 'sell', type: 'limit', triggerDirection: 'above' }, 'Take profit limit'],
    [{ side: 'buy', type: 'market', triggerDirection: 'below' }, 'Take profit market'],
    [{ side: 'sell', type: 'market', triggerDirection: 'below', trailingDistance: '2' }, 'Trailing stop'],
    [{ side: 'buy', type: 'limit', pegOffset: '-0.5' }, 'Pegged limit'],
  ] as const)('%o', (order, name) => {
    expect(orderKind(order)).toBe(name)
  })

  it('shows its trigger while it waits, then its limit', () => {
    const order = { triggerPrice: '140', limitPrice: '139' }
    expect(workingPrice({ ...order, stage: 'awaitingTrigger' })).toBe('140')
    expect(workingPrice({ ...order, stage: 'active' })).toBe('139')
    expect(workingPrice({ triggerPrice: null, limitPrice: '139', stage: 'awaitingParent' })).toBe('139')
  })
})
