import { afterEach, describe, expect, it } from 'vitest'
import { de } from '#app/i18n/de/index.ts'
import { setDictionary } from '#app/i18n/language.ts'
import { t } from '#app/i18n/t.ts'
import type { PageRequest } from '#app/page-request.ts'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { conditionsOf, describeOrder, inFamilies, limitText, pegText, trailText, triggerText } from './order-words.ts'

const params = { tickSize: '0.01', stepSize: '0.01', defaultSlippageBps: 50 } as MarketDto['params']
const market = { params, baseSymbol: 'SOL' }

const order = (change: Partial<OrderDto> = {}): OrderDto =>
  ({
    orderId: '7',
    market: 'SOL-PERP',
    side: 'sell',
    type: 'market',
    size: '4',
    filled: '0',
    limitPrice: null,
    stage: 'active',
    triggerPrice: null,
    triggerDirection: null,
    trailingDistance: null,
    trailingExtreme: null,
    pegOffset: null,
    expiresAt: null,
    groupId: null,
    parentId: null,
    oneCancelsOther: false,
    byDelegate: false,
    reduceOnly: false,
    postOnly: false,
    timeInForce: 'ioc',
    placedAt: 1_000,
    ...change,
  }) as OrderDto

const stop = order({ stage: 'awaitingTrigger', triggerDirection: 'below', triggerPrice: '138', reduceOnly: true })
const trailing = order({ ...stop, triggerPrice: '143.1', trailingDistance: '2', trailingExtreme: '145.1' })
const pegged = order({ type: 'limit', side: 'buy', pegOffset: '-0.5', timeInForce: 'gtc' })

describe('an open order says', () => {
  it('where it is set off, and from which side', () => {
    expect(triggerText(stop, params)).toBe('≤ 138.00')
    expect(triggerText(order({ ...stop, triggerDirection: 'above', triggerPrice: '150' }), params)).toBe('≥ 150.00')
    expect(triggerText(order({ ...stop, stage: 'active' }), params)).toBeNull()
    expect(triggerText(order({ limitPrice: '140' }), params)).toBeNull()
  })

  it('how a trailing stop trails, and the best price it has seen once it is awake', () => {
    expect(trailText(trailing, params)).toBe('by 2.00, best 145.10')
    const asleep = order({ ...trailing, stage: 'awaitingParent', triggerPrice: '0', trailingExtreme: null })
    expect(trailText(asleep, params)).toBe('by 2.00')
    expect(triggerText(asleep, params)).toBeNull()
  })

  it('what bounds its price', () => {
    expect(limitText(order({ limitPrice: '140' }), params, undefined)).toBe('140.00')
    expect(limitText(stop, params, undefined)).toBe('market ±0.5\u202f%')
  })

  it('where a peg stands now, and how it follows', () => {
    expect(limitText(pegged, params, '143.27')).toBe('142.77')
    expect(limitText(order({ ...pegged, limitPrice: '142' }), params, '143.27')).toBe('142.00')
    expect(pegText(order({ ...pegged, limitPrice: '142' }), params)).toBe('oracle −0.5, at most 142.00')
    expect(limitText(pegged, params, undefined)).toBe('–')
  })

  it('in one line what it is', () => {
    expect(describeOrder(stop, market)).toBe('stop market sell 4.00 SOL at 138.00')
    expect(describeOrder(trailing, market)).toBe('trailing stop sell 4.00 SOL by 2.00')
    expect(describeOrder(pegged, market)).toBe('pegged limit buy 4.00 SOL at oracle −0.50')
    expect(describeOrder(order({ ...stop, stage: 'awaitingParent', size: '0' }), market)).toBe(
      'stop market sell at 138.00',
    )
  })

  it('how long it stands and what it is tied to', () => {
    const pair = [
      order({ ...stop, orderId: '8', groupId: 3, oneCancelsOther: true }),
      order({ type: 'limit', orderId: '9', limitPrice: '150', timeInForce: 'gtc', groupId: 3, oneCancelsOther: true }),
      order({ orderId: '10', market: 'BTC-PERP', groupId: 3, oneCancelsOther: true }),
    ]
    expect(pair.map((one) => conditionsOf(one, pair))).toEqual([
      'reduce only · cancels #9',
      'GTC · cancels #8',
      'fills at the next price',
    ])
    const until = order({ type: 'limit', timeInForce: 'gtt', expiresAt: Date.UTC(2026, 0, 14, 14, 7) })
    expect(conditionsOf(until, [until])).toBe('until Jan 14, 14:07')
    const child = order({ ...stop, stage: 'awaitingParent', parentId: '5' })
    expect(conditionsOf(child, [child])).toBe('sleeps until #5 fills · reduce only')
  })
})

describe('in German', () => {
  afterEach(() => {
    globalThis.quantdeskPageRequest = undefined
  })

  it('an order keeps its capital inside a sentence, and its verb comes last', () => {
    const request: PageRequest = {}
    globalThis.quantdeskPageRequest = { getStore: () => request }
    setDictionary({ language: 'de', words: de })
    const cancel = (found: OrderDto): string => t('Cancel {order}', { order: describeOrder(found, market) })
    expect(cancel(stop)).toBe('Stop-Markt-Verkauf 4.00 SOL zu 138.00 stornieren')
    expect(cancel(pegged)).toBe('Oracle-Limit-Kauf 4.00 SOL zu Orakel −0.50 stornieren')
    const until = order({ type: 'limit', timeInForce: 'gtt', expiresAt: Date.UTC(2026, 0, 14, 14, 7) })
    expect(conditionsOf(until, [until])).toBe('bis 14. Jan., 14:07')
  })
})

it('keeps families together: children under their parent, groups as they were placed, the newest family first', () => {
  const all = [
    order({ orderId: '1', placedAt: 1 }),
    order({ orderId: '2', placedAt: 5 }),
    order({ orderId: '3', placedAt: 5, parentId: '2' }),
    order({ orderId: '4', placedAt: 9, groupId: 1 }),
    order({ orderId: '5', placedAt: 3, groupId: 1 }),
    order({ orderId: '6', placedAt: 7, parentId: '2', groupId: 8 }),
    // Its parent has filled and is gone.
    order({ orderId: '7', placedAt: 2, parentId: '0' }),
  ]
  expect(inFamilies(all).map(({ order: one, isChild }) => [one.orderId, isChild])).toEqual([
    ['4', false],
    ['5', false],
    ['2', false],
    ['3', true],
    ['6', true],
    ['7', false],
    ['1', false],
  ])
})

it('families are sorted as their first order is', () => {
  const all = [
    order({ orderId: '1', placedAt: 1, size: '5' }),
    order({ orderId: '2', placedAt: 2, size: '9' }),
    order({ orderId: '3', placedAt: 2, size: '1', parentId: '2' }),
  ]
  const ids = (descending: boolean) => inFamilies(all, { by: 'size', descending }).map((one) => one.order.orderId)
  expect(ids(true)).toEqual(['2', '3', '1'])
  expect(ids(false)).toEqual(['1', '2', '3'])
})
