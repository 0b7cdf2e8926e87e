import { create } from 'zustand'
import type { MarketDto, MarketId, PositionDto } from '#server/exchange/schema.ts'
import { closePosition, planClose, reversePosition } from './actions.ts'
import { useTradingPreferences } from './preferences.ts'
import { closeSlippageBps } from './slippage.ts'

/** What to do with a position: close a share of it (1e4 = all), or turn it round. */
export type CloseIntent = { kind: 'close' | 'reverse'; fractionBps: number }

type CloseState = {
  /** Waiting for the trader's yes. */
  asked: { market: MarketId; intent: CloseIntent } | null
  /** Markets whose close is on its way. */
  busy: readonly MarketId[]
}

/** Closing begins in the table, on a card or on the chart; it is asked about and tracked in one place. */
export const useCloseState = create<CloseState>()(() => ({ asked: null, busy: [] }))

export const dropCloseRequest = (): void => useCloseState.setState({ asked: null })

/** Asks first, unless the trader has said not to. */
export function requestClose(position: PositionDto, market: MarketDto, intent: CloseIntent): void {
  if (useTradingPreferences.getState().confirmClose) {
    useCloseState.setState({ asked: { market: market.market, intent } })
  } else {
    void runClose(position, market, intent)
  }
}

export async function runClose(position: PositionDto, market: MarketDto, intent: CloseIntent): Promise<void> {
  const plan = planClose(position, market, intent.fractionBps, closeSlippageBps())
  if (plan === null) {
    // Without a price there is no limit to set; the dialog says so and waits.
    useCloseState.setState({ asked: { market: market.market, intent } })
    return
  }
  useCloseState.setState(({ busy }) => ({ asked: null, busy: [...busy, market.market] }))
  await (intent.kind === 'reverse'
    ? reversePosition(position, market, plan)
    : closePosition(position, market, intent.fractionBps, plan))
  useCloseState.setState(({ busy }) => ({ busy: busy.filter((id) => id !== market.market) }))
}
