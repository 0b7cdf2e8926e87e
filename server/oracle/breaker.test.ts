import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBreaker, STEADY_MS } from './breaker.ts'
import type { FailureKind } from './source.ts'

describe('the breaker of a source', () => {
  it('lets a connection that ended be made again at once', () => {
    const breaker = createBreaker()
    breaker.ended(1_000)
    expect([breaker.state(1_000), breaker.retryAt()]).toEqual(['closed', 1_250])
  })

  it('trips at the third failure in a row and waits longer each time, up to a minute', () => {
    const breaker = createBreaker()
    const waits: number[] = []
    const states: string[] = []
    for (let failure = 0; failure < 9; failure++) {
      breaker.failed('unreachable', 0)
      waits.push(breaker.retryAt())
      states.push(breaker.state(0))
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(states.slice(0, 4)).toEqual(['closed', 'closed', 'open', 'open'])
  })

  it.each([
    ['denied', undefined, 600_000],
    ['limited', undefined, 60_000],
    ['limited', 90_000, 90_000],
    ['limited', 5_000, 60_000],
  ] as const)('trips at once when it is %s (retry after %s)', (kind, retryAfterMs, waitMs) => {
    const breaker = createBreaker()
    breaker.failed(kind, 1_000, retryAfterMs)
    expect([breaker.state(1_000), breaker.retryAt()]).toEqual(['open', 1_000 + waitMs])
  })

  it('tries again when its time has come, and closes only after steady delivery', () => {
    const breaker = createBreaker()
    breaker.failed('denied', 0)
    const back = breaker.retryAt()
    expect([breaker.state(back - 1), breaker.state(back)]).toEqual(['open', 'half-open'])
    breaker.delivered(back)
    expect(breaker.state(back)).toBe('half-open')
    breaker.delivered(back + STEADY_MS)
    expect(breaker.state(back + STEADY_MS)).toBe('closed')
    breaker.failed('unreachable', back + STEADY_MS)
    expect(breaker.state(back + STEADY_MS)).toBe('closed')
  })

  it('stays tripped by a source that gives one price and dies again', () => {
    const breaker = createBreaker()
    let now = 0
    for (let round = 0; round < 5; round++) {
      breaker.delivered(now)
      breaker.failed('unreachable', now)
      now = breaker.retryAt()
    }
    expect([breaker.state(now - 1), breaker.retryAt() - 0]).toEqual(['open', now])
    breaker.failed('unreachable', now)
    expect(breaker.retryAt() - now).toBe(16_000)
  })

  it('never waits longer than it was told to, and never not at all', () => {
    const kinds = fc.constantFrom<FailureKind>('denied', 'limited', 'unreachable', 'silent')
    fc.assert(
      fc.property(fc.array(kinds, { minLength: 1, maxLength: 80 }), (failures) => {
        const breaker = createBreaker()
        for (const kind of failures) {
          breaker.failed(kind, 0)
          expect(breaker.retryAt()).toBeGreaterThanOrEqual(500)
          expect(breaker.retryAt()).toBeLessThanOrEqual(600_000)
        }
      }),
      { seed: 4 },
    )
  })
})
