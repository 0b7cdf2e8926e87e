import type { PanelId } from './tree.ts'

type PanelKind = {
  title: string
  /** Below these it cannot be used, px. */
  minWidth: number
  minHeight: number
  /** Comes back behind this one after it was hidden. */
  home: PanelId
  /**
   * Lives on behind other panels: what was typed or scrolled must survive, and the account's notices come from its
   * tables.
   */
  stays: boolean
}

export const PANEL: Readonly<Record<PanelId, PanelKind>> = {
  chart: { title: 'Chart', minWidth: 300, minHeight: 200, home: 'depth', stays: true },
  depth: { title: 'Depth', minWidth: 220, minHeight: 160, home: 'chart', stays: false },
  book: { title: 'Book', minWidth: 210, minHeight: 180, home: 'trades', stays: false },
  trades: { title: 'Trades', minWidth: 180, minHeight: 120, home: 'book', stays: false },
  ticket: { title: 'Order', minWidth: 272, minHeight: 200, home: 'account', stays: true },
  account: { title: 'Account', minWidth: 230, minHeight: 100, home: 'ticket', stays: false },
  activity: { title: 'Activity', minWidth: 300, minHeight: 120, home: 'chart', stays: true },
}
