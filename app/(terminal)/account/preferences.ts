import { create } from 'zustand'

/** Whether closing and reversing ask first; remembered in this browser. */
type TradingPreferences = { confirmClose: boolean }

const KEY = 'quantdesk.trading'

export const useTradingPreferences = create<TradingPreferences>()(() => ({ confirmClose: true }))

/** Reads what the browser remembers; called once the page is there. */
export function recallTradingPreferences(): void {
  useTradingPreferences.setState({ confirmClose: window.localStorage.getItem(KEY) !== 'no-confirm' })
}

export function setConfirmClose(confirmClose: boolean): void {
  window.localStorage.setItem(KEY, confirmClose ? 'confirm' : 'no-confirm')
  useTradingPreferences.setState({ confirmClose })
}
