import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadRecording, parseRecording } from './recording.ts'
import { candleOf, createReplay, REPLAY_EPOCH_MS, TICK_MS } from './replay.ts'

const MINUTE_MS = 60_000
const recording = loadRecording('SOL', '1m')
const replay = createReplay(recording, 1)
const minutes = recording.length
const LOOP_MS = 2 * minutes * MINUTE_MS
const anyTime = fc.integer({ min: 0, max: 3 * LOOP_MS }).map((offset) => REPLAY_EPOCH_MS - LOOP_MS + offset)

/** What the ticks of one minute make, in the order of play. */
function candleOfTicks(t: number) {
  const prices = Array.from({ length: MINUTE_MS / TICK_MS }, (_, tick) => replay.tickAt(t + tick * TICK_MS).price)
  return { t, open: prices[0], high: Math.max(...prices), low: Math.min(...prices), close: prices.at(-1) }
}

describe('the replay', () => {
  it('makes the recorded candle of every minute out of its ticks, forward and backward', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const t = Math.floor(time / MINUTE_MS) * MINUTE_MS
        expect(candleOfTicks(t)).toEqual(replay.minuteAt(t))
      }),
    )
  })

  it('plays the first recorded minute at its epoch and the mirror of the last one after the turn', () => {
    expect(replay.minuteAt(REPLAY_EPOCH_MS)).toEqual({ t: REPLAY_EPOCH_MS, ...candleOf(recording, 0) })
    const turn = REPLAY_EPOCH_MS + minutes * MINUTE_MS
    const last = candleOf(recording, minutes - 1)
    expect(replay.minuteAt(turn)).toEqual({ t: turn, ...last, open: last.close, close: last.open })
  })

  it('has no jump where it turns around, at either end', () => {
    for (const end of [minutes * MINUTE_MS, LOOP_MS]) {
      const after = REPLAY_EPOCH_MS + end
      expect(replay.tickAt(after).price).toBe(replay.tickAt(after - TICK_MS).price)
      const emaStep = Math.abs(replay.tickAt(after).emaPrice / replay.tickAt(after - TICK_MS).emaPrice - 1)
      expect(emaStep).toBeLessThan(0.00001)
    }
  })

  it('moves by less than 0.2 % from tick to tick', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const step = Math.abs(replay.tickAt(time + TICK_MS).price / replay.tickAt(time).price - 1)
        expect(step).toBeLessThan(0.002)
      }),
      { numRuns: 2_000 },
    )
  })

  it('goes on after a restart where the clock is: a fresh instance plays the same tick, and so does the next loop', () => {
    const restarted = createReplay(loadRecording('SOL', '1m'), 1)
    fc.assert(
      fc.property(anyTime, (time) => {
        expect(restarted.tickAt(time)).toEqual(replay.tickAt(time))
        expect(replay.tickAt(time + LOOP_MS)).toEqual({
          ...replay.tickAt(time),
          publishedAt: replay.tickAt(time).publishedAt + LOOP_MS,
        })
      }),
    )
  })

  it('stamps a tick with the half second it belongs to', () => {
    expect(replay.tickAt(REPLAY_EPOCH_MS + 1_499).publishedAt).toBe(REPLAY_EPOCH_MS + 1_000)
    expect(replay.tickAt(REPLAY_EPOCH_MS + 1_500).publishedAt).toBe(REPLAY_EPOCH_MS + 1_500)
  })

  it('keeps confidence and EMA in what a fill accepts: confidence 1 bp to 0.5 %, EMA within 10 %', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const { price, confidence, emaPrice } = replay.tickAt(time)
        expect(confidence / price).toBeGreaterThanOrEqual(0.0001)
        expect(confidence / price).toBeLessThan(0.005)
        expect(Math.abs(price / emaPrice - 1)).toBeLessThan(0.1)
      }),
    )
  })
})

describe('a recording', () => {
  it.each(['SOL', 'BTC', 'ETH'])('of %s holds ten whole days of minutes and 27 days of five minutes', (symbol) => {
    expect(loadRecording(symbol, '1m').length).toBe(14_400)
    expect(loadRecording(symbol, '5m').length).toBe(7_938)
  })

  it('is refused when a line is missing or is no candle, with its number', () => {
    const header = 'time_ms,open,high,low,close\n'
    expect(() => parseRecording(`${header}0,1,2,1,2\n120000,1,2,1,2\n`, 60_000)).toThrow(
      /line 3: time 120000 where 60000/,
    )
    expect(() => parseRecording(`${header}0,1,2,1.5,2\n`, 60_000)).toThrow(/line 2: .* is no candle/)
  })
})
