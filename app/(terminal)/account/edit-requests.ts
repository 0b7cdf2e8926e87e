import { create } from 'zustand'

type Requests = {
  /** The order whose dialog is open. */
  order: string | null
  /** The market whose position's take-profit and stop-loss are being edited. */
  protect: string | null
}

/** Which editor is open: asked for in the tables and on the chart, shown in one place. */
export const useEditRequests = create<Requests>()(() => ({ order: null, protect: null }))

export const askToModify = (orderId: string): void => useEditRequests.setState({ order: orderId })
export const askToProtect = (market: string): void => useEditRequests.setState({ protect: market })
export const dropEditRequests = (): void => useEditRequests.setState({ order: null, protect: null })
