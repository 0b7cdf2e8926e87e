import { create } from 'zustand'
import { currentSettings } from '#app/data/settings.ts'
import type { MarketId } from '#server/exchange/schema.ts'
import type { TicketFields } from './fields.ts'

/** An order that something asks for as the ticket would: it is judged, shown, and sent after a yes or at once. */
export type OrderRequest = {
  market: MarketId
  fields: TicketFields
  asks: boolean
  onSent?: (() => void) | undefined
}

export const useOrderRequest = create<{ request: OrderRequest | null }>()(() => ({ request: null }))

/** `slippageBps` is the user's setting, whatever the fields hold. */
export function requestOrder({ fields, ...request }: OrderRequest): void {
  const { slippageBps } = currentSettings()
  useOrderRequest.setState({ request: { ...request, fields: { ...fields, slippageBps } } })
}

export const dropOrderRequest = (): void => useOrderRequest.setState({ request: null })
