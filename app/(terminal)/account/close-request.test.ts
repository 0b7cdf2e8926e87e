import { beforeEach, expect, it, vi } from 'vitest'
import type { MarketDto, PositionDto } from '#server/exchange/schema.ts'
import { closePosition, planClose, reversePosition } from './actions.ts'
import { requestClose, runClose, sendClose, useCloseState } from './close-request.ts'

vi.mock('./actions.ts', () => ({ planClose: vi.fn(), closePosition: vi.fn(), reversePosition: vi.fn() }))
vi.mock('./slippage.ts', () => ({ closeSlippageBps: () => 50 }))
vi.mock('./preferences.ts', () => ({ useTradingPreferences: { getState: () => ({ confirmClose: true }) } }))
const told = vi.hoisted(() => ({ warning: vi.fn(), info: vi.fn() }))
vi.mock('sonner', () => ({ toast: told }))

const POSITION = { market: 'SOL-PERP', base: '12' } as PositionDto
const MARKET = { market: 'SOL-PERP' } as MarketDto
const CLOSE = { kind: 'close', fractionBps: 10_000 } as const
const REVERSE = { kind: 'reverse', fractionBps: 10_000 } as const

beforeEach(() => {
  vi.clearAllMocks()
  useCloseState.setState({ asked: null, busy: [] })
  vi.mocked(planClose).mockReturnValue({ base: 12n, side: 'sell', limitPrice: 1n })
})

it('takes one close of a market at a time, by every door, until its order is over', async () => {
  let settled: () => void = () => undefined
  vi.mocked(reversePosition).mockImplementation((_position, _market, _plan, onEnded) => {
    settled = onEnded ?? settled
    return Promise.resolve({ kind: 'confirmed' } as never)
  })
  await runClose(POSITION, MARKET, REVERSE)
  expect(useCloseState.getState().busy).toEqual(['SOL-PERP'])

  await runClose(POSITION, MARKET, REVERSE)
  await sendClose(POSITION, MARKET, CLOSE)
  requestClose(POSITION, MARKET, CLOSE)
  expect(reversePosition).toHaveBeenCalledTimes(1)
  expect(closePosition).not.toHaveBeenCalled()
  expect(useCloseState.getState().asked).toBeNull()
  expect(told.info).toHaveBeenCalledTimes(3)

  settled()
  await sendClose(POSITION, MARKET, CLOSE)
  expect(closePosition).toHaveBeenCalledTimes(1)
})

it('says that the price is too old, and waits for a new one', async () => {
  vi.mocked(planClose).mockReturnValue(null)
  await runClose(POSITION, MARKET, CLOSE)
  expect(told.warning).toHaveBeenCalledTimes(1)
  expect(useCloseState.getState()).toEqual({ asked: { market: 'SOL-PERP', intent: CLOSE }, busy: [] })
})
