import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBase } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import { base, NOW, SOL, usd } from '../ticket/testing.ts'
import {
  begins,
  clientIdOf,
  endOf,
  ends,
  isOver,
  isPlaced,
  isRefused,
  isSigned,
  MOST_SLICES,
  neverLeft,
  nextStep,
  pauses,
  resumes,
  type Step,
  slotAt,
  slotOf,
  smallestSlice,
  type Twap,
  type TwapWorld,
  targetOf,
} from './model.ts'

const MINUTE = 60_000

const twap = (change: Partial<Twap> = {}): Twap => ({
  id: 'one',
  authority: 'trader',
  subAccountId: 0,
  market: 'SOL-PERP',
  side: 'buy',
  size: '10',
  slices: 10,
  durationMs: 10 * MINUTE,
  randomise: false,
  limit: null,
  reduceOnly: false,
  slippageBps: 50,
  startAt: NOW,
  seed: 42,
  status: 'running',
  reason: null,
  detail: '',
  lastSlot: -1,
  sent: 0,
  filled: '0',
  quote: '0',
  failures: 0,
  current: null,
  ...change,
})

const world = (afterMs: number, change: Partial<TwapWorld> = {}, market: Partial<MarketView> = {}): TwapWorld => ({
  now: NOW + afterMs,
  market: { ...SOL, publishedAt: NOW + afterMs - 400, ...market },
  position: 0n,
  hasKey: true,
  ...change,
})

const sends = (step: Step): string =>
  step.do === 'send' ? `${step.slot}: ${step.size / 10n ** 7n}` : JSON.stringify(step)
const filledBy = (now: Twap, step: Step): Twap => {
  if (step.do !== 'send') throw new Error(`it does not send: ${JSON.stringify(step)}`)
  return isOver(isPlaced(begins(now, step.slot, step.size)), step.size, step.size)
}

const schedules = fc.record({
  seed: fc.nat(2 ** 32 - 1),
  slices: fc.integer({ min: 1, max: MOST_SLICES }),
  size: fc.integer({ min: 1, max: 1_000_000 }).map(String),
  durationMs: fc.integer({ min: 1, max: 1_440 }).map((minutes) => minutes * MINUTE),
  randomise: fc.boolean(),
})

describe('the schedule', () => {
  it('begins at once, keeps its order, ends whole and within its time, however irregular', () => {
    fc.assert(
      fc.property(schedules, (terms) => {
        const one = twap(terms)
        expect(slotAt(one, 0)).toBe(NOW)
        expect(targetOf(one, one.slices - 1)).toBe(toBase(one.size))
        for (let slot = 1; slot < one.slices; slot++) {
          expect(slotAt(one, slot)).toBeGreaterThan(slotAt(one, slot - 1))
          const slice = targetOf(one, slot) - targetOf(one, slot - 1)
          expect(slice >= smallestSlice(toBase(one.size), one.slices, one.randomise) - 1n).toBe(true)
        }
        expect(slotAt(one, one.slices - 1)).toBeLessThan(endOf(one))
      }),
      { numRuns: 50 },
    )
  })

  it('knows the slot of each moment', () => {
    fc.assert(
      fc.property(schedules, fc.nat(1_500), (terms, permille) => {
        const one = twap(terms)
        const now = NOW + Math.round((one.durationMs * permille) / 1_000)
        const slot = slotOf(one, now)
        expect(slotAt(one, slot)).toBeLessThanOrEqual(now)
        if (slot < one.slices - 1) expect(slotAt(one, slot + 1)).toBeGreaterThan(now)
      }),
    )
    expect(slotOf(twap(), NOW - 1)).toBe(-1)
  })

  it('gives each slice a client order id of its own, the same after a reload', () => {
    const ids = Array.from({ length: MOST_SLICES }, (_, slot) => clientIdOf(twap({ seed: 2 ** 32 - 1 }), slot))
    expect(new Set(ids).size).toBe(MOST_SLICES)
    expect(ids.every((id) => id > 0n && id < 2n ** 53n)).toBe(true)
    expect(clientIdOf(twap(), 3)).toBe(clientIdOf(twap(), 3))
    expect(clientIdOf(twap(), 3)).not.toBe(clientIdOf(twap({ seed: 43 }), 3))
  })
})

describe('a step', () => {
  it('sends one slice in each slot, until the whole is filled', () => {
    let now = twap()
    for (let slot = 0; slot < 10; slot++) {
      const step = nextStep(now, world(slot * MINUTE))
      expect(sends(step)).toBe(`${slot}: 100`)
      now = filledBy(now, step)
      if (slot < 9) expect(nextStep(now, world(slot * MINUTE + 59_000))).toEqual({ do: 'wait', why: 'slot' })
    }
    expect(nextStep(now, world(9.5 * MINUTE))).toEqual({ do: 'end', reason: 'filled' })
  })

  it('sends nothing while the end of a slice is not known', () => {
    const sending = begins(twap(), 0, base('1'))
    expect(nextStep(sending, world(5 * MINUTE))).toEqual({ do: 'wait', why: 'slice' })
    expect(nextStep(isSigned(sending, { signature: 's', lastValidBlockHeight: 9 }), world(5 * MINUTE)).do).toBe('wait')
    expect(nextStep(isPlaced(sending), world(20 * MINUTE))).toEqual({ do: 'wait', why: 'slice' })
  })

  it('makes up for what is behind by at most three times a slice', () => {
    const late = twap({ lastSlot: 0, filled: '1' })
    expect(sends(nextStep(late, world(2 * MINUTE)))).toBe('2: 200')
    expect(sends(nextStep(late, world(8 * MINUTE)))).toBe('8: 300')
  })

  it('waits while the price is stale or unsure, and sends in the same slot when it is not any more', () => {
    expect(nextStep(twap(), world(0, {}, { publishedAt: NOW - 60_000 }))).toEqual({ do: 'wait', why: 'stale-price' })
    expect(nextStep(twap(), world(0, {}, { quality: 'stale' }))).toEqual({ do: 'wait', why: 'stale-price' })
    expect(sends(nextStep(twap(), world(1_000)))).toBe('0: 100')
  })

  it('keeps to its limit: waits beyond it, and lets no slice fill beyond it', () => {
    const capped = twap({ limit: '143.3' })
    expect(nextStep(capped, world(0, {}, { price: { ...SOL.price, price: usd('143.31') } }))).toEqual({
      do: 'wait',
      why: 'limit',
    })
    expect(nextStep(capped, world(0))).toMatchObject({ do: 'send', limitPrice: usd('143.3') })
    expect(nextStep(twap({ limit: '150' }), world(0))).toMatchObject({ limitPrice: usd('143.98') })
    const selling = twap({ side: 'sell', limit: '143.2' })
    expect(nextStep(selling, world(0))).toMatchObject({ limitPrice: usd('143.2') })
    expect(nextStep(selling, world(0, {}, { price: { ...SOL.price, price: usd('143.19') } }))).toMatchObject({
      why: 'limit',
    })
  })

  it('reduces no more than there is, and ends when there is nothing left', () => {
    const reducing = twap({ side: 'sell', reduceOnly: true })
    expect(sends(nextStep(reducing, world(0, { position: base('0.4') })))).toBe('0: 40')
    expect(nextStep(reducing, world(0, { position: 0n }))).toEqual({ do: 'end', reason: 'nothing-to-reduce' })
    expect(nextStep(reducing, world(0, { position: base('-3') }))).toMatchObject({ reason: 'nothing-to-reduce' })
  })

  it('gathers what is below the smallest order until it is one', () => {
    const small = twap({ size: '1', slices: 20 })
    expect(nextStep(small, world(0))).toEqual({ do: 'wait', why: 'slot' })
    expect(sends(nextStep(small, world(30_000)))).toBe('1: 10')
  })

  it('needs the key, the account and a market that trades; at its end it ends all the same', () => {
    expect(nextStep(twap(), world(0, { hasKey: false }))).toEqual({ do: 'wait', why: 'key' })
    expect(nextStep(twap(), world(0, { position: null }))).toEqual({ do: 'wait', why: 'unknown' })
    expect(nextStep(twap(), world(0, { market: null }))).toEqual({ do: 'wait', why: 'unknown' })
    expect(nextStep(twap(), world(10 * MINUTE, { market: null }))).toEqual({ do: 'end', reason: 'time' })
    expect(nextStep(twap(), world(0, {}, { settlementPrice: usd('1') }))).toEqual({
      do: 'end',
      reason: 'market-closed',
    })
    expect(nextStep(pauses(twap()), world(10 * MINUTE))).toEqual({ do: 'end', reason: 'time' })
  })
})

describe('a slice', () => {
  const sending = begins(twap({ lastSlot: 3, filled: '4', quote: '572' }), 4, base('1'))

  it('that never left may be sent again in its slot', () => {
    expect(sends(nextStep(neverLeft(sending), world(4.2 * MINUTE)))).toBe('4: 100')
  })

  it('that was refused uses its slot up; three in a row wait for the trader', () => {
    let now = isRefused(sending, 'failures', 'Too little margin.')
    expect(nextStep(now, world(4.2 * MINUTE))).toEqual({ do: 'wait', why: 'slot' })
    expect(sends(nextStep(now, world(5 * MINUTE)))).toBe('5: 200')
    now = isRefused(begins(now, 5, base('1')), 'failures', 'Too little margin.')
    now = isRefused(begins(now, 6, base('1')), 'failures', 'Too little margin.')
    expect(now).toMatchObject({ status: 'paused', reason: 'failures', detail: 'Too little margin.' })
    expect(resumes(now)).toMatchObject({ status: 'running', reason: null, failures: 0 })
  })

  it('that the key may not send stops at once', () => {
    expect(isRefused(sending, 'key', 'The loss budget is used up.')).toMatchObject({ status: 'paused', reason: 'key' })
  })

  it('adds what it filled, and its success forgets failures', () => {
    const over = isOver(isPlaced({ ...sending, failures: 2 }), base('0.7'), usd('100.2'))
    expect(over).toMatchObject({ filled: '4.7', quote: '672.2', sent: 1, failures: 0, current: null, lastSlot: 4 })
    expect(sends(nextStep(over, world(5 * MINUTE)))).toBe('5: 130')
  })

  it('on its way is followed to its end when the whole is cancelled', () => {
    const cancelled = ends(isPlaced(sending), 'trader')
    expect(cancelled.current).not.toBeNull()
    expect(isOver(cancelled, base('1'), usd('143'))).toMatchObject({ status: 'ended', filled: '5' })
  })
})
