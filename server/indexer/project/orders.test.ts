import { describe, expect, it } from 'vitest'
import type { OrderRecord } from '#client/generated/types.ts'
import { goesOn, projectOrderRearmed } from './orders.ts'
import type { Directory, Place } from './place.ts'

const USD = 1_000_000n
const place: Place = { signature: 'signature', path: '0', slot: 1 }
const directory = { authority: () => 'owner', market: () => 'SOL-PERP' } as unknown as Directory
const stop: OrderRecord = {
  orderId: 4n,
  clientId: 0n,
  kind: 'market',
  side: 'sell',
  timeInForce: 'goodTillCancel',
  flags: 1,
  stage: 'active',
  size: 300n,
  filled: 100n,
  limitPrice: 139n * USD,
  triggerPrice: 140n * USD,
  triggerDirection: 'below',
  trailingDistance: 0n,
  trailingExtreme: 0n,
  pegOffset: 0n,
  eligibleFrom: 1_001n,
  expiresAt: 0n,
  groupId: 0,
  parentId: 0n,
}
const waiting: OrderRecord = { ...stop, stage: 'awaitingTrigger', limitPrice: 0n }

describe('a stop that could not fill whole', () => {
  const restOf = (record: OrderRecord) => goesOn('sub', 'SOL-PERP', record, new Date(1_000_000), place, directory)

  it('shows its next price’s time while its rest goes on, and tells nothing that its fill does not', () => {
    const set = { stage: 'active', filled: 100n, eligible_at: new Date(1_001_000), limit_price: 139n * USD }
    expect(restOf(stop)).toMatchObject([{ kind: 'update', table: 'orders', set }])
  })

  it('shows that it waits for its trigger again', () => {
    expect(restOf(waiting)).toMatchObject([
      { table: 'orders', set: { stage: 'awaiting_trigger', limit_price: 0n } },
      { table: 'order_events', row: { kind: 'rearmed', order_id: 4n, price: null } },
    ])
  })

  it('shows it also when nothing filled', () => {
    const event = {
      subAccount: 'sub',
      sequence: 7n,
      marketIndex: 0,
      order: waiting,
      reason: 'priceLimit',
      at: 1_000n,
    } as const
    expect(projectOrderRearmed(event, place, directory).slice(1)).toEqual(restOf(waiting))
  })
})
