import { toast } from 'sonner'
import { create } from 'zustand'
import { currentSettings } from '#app/data/settings.ts'
import { t } from '#app/i18n/t.ts'
import type { MarketDto, MarketId, PositionDto } from '#server/exchange/schema.ts'
import { closePosition, planClose, reversePosition } from './actions.ts'
import { heldIn } from './held.ts'

/** What to do with a position: close a share of it (1e4 = all), or turn it round. */
export type CloseIntent = { kind: 'close' | 'reverse'; fractionBps: number }

type CloseState = {
  /** Waiting for the trader's yes. */
  asked: { market: MarketId; intent: CloseIntent } | null
  /** Markets with a close that is sent and not yet filled or cancelled: a second one would count the position twice. */
  busy: readonly MarketId[]
}

/** Closing begins in the table, on a card or on the chart; it is asked about and tracked in one place. */
export const useCloseState = create<CloseState>()(() => ({ asked: null, busy: [] }))

export const dropCloseRequest = (): void => useCloseState.setState({ asked: null })

/** Asks first, unless the trader has said not to. */
export function requestClose(
  position: PositionDto,
  market: MarketDto,
  intent: CloseIntent,
  asks = currentSettings().confirm.close,
): void {
  if (isBusy(market.market)) {
    tellBusy(market.market)
  } else if (asks) {
    useCloseState.setState({ asked: { market: market.market, intent } })
  } else {
    void runClose(position, market, intent)
  }
}

/** The same for a market's position, from wherever it is not at hand. */
export function requestPosition(market: MarketId, intent: CloseIntent, asks: boolean): void {
  const held = heldIn(market)
  if (held !== null) requestClose(held.position, held.dto, intent, asks)
}

export async function runClose(position: PositionDto, market: MarketDto, intent: CloseIntent): Promise<void> {
  // Without a price there is no limit to set; the dialog waits for one.
  if (!(await sendClose(position, market, intent))) {
    useCloseState.setState({ asked: { market: market.market, intent } })
  }
}

/** Sends it at once, unless one of this market is still on its way. @returns false while no price is fresh enough. */
export async function sendClose(position: PositionDto, market: MarketDto, intent: CloseIntent): Promise<boolean> {
  const id = market.market
  if (isBusy(id)) {
    tellBusy(id)
    return true
  }
  const plan = planClose(position, market, intent.fractionBps, currentSettings().slippageBps)
  if (plan === null) {
    toast.warning(t('{market} was not closed: its price is too old', { market: id }), {
      id: `close-price-${id}`,
      description: t('Without a fresh price no price limit can be set. Nothing was sent: try again in a moment.'),
    })
    return false
  }
  useCloseState.setState(({ busy }) => ({ asked: null, busy: [...busy, id] }))
  const release = (): void => useCloseState.setState(({ busy }) => ({ busy: busy.filter((held) => held !== id) }))
  try {
    await (intent.kind === 'reverse'
      ? reversePosition(position, market, plan, release)
      : closePosition(position, market, intent.fractionBps, plan, release))
  } catch (error) {
    release()
    throw error
  }
  return true
}

const isBusy = (market: MarketId): boolean => useCloseState.getState().busy.includes(market)

const tellBusy = (market: MarketId): void => {
  toast.info(t('A close of {market} is on its way', { market }), {
    id: `close-busy-${market}`,
    description: t('Another one can be sent as soon as it has filled or lapsed.'),
  })
}
