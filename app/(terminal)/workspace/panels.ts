import { word } from '../../i18n/t.ts'
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
  chart: { title: word('Chart'), minWidth: 300, minHeight: 200, home: 'depth', stays: true },
  depth: { title: word('Depth'), minWidth: 220, minHeight: 160, home: 'chart', stays: false },
  book: { title: word('Book'), minWidth: 210, minHeight: 180, home: 'trades', stays: false },
  trades: { title: word('Trades'), minWidth: 180, minHeight: 120, home: 'book', stays: false },
  ticket: { title: word('Order'), minWidth: 272, minHeight: 200, home: 'account', stays: true },
  account: { title: word('Account'), minWidth: 230, minHeight: 100, home: 'ticket', stays: false },
  activity: { title: word('Activity'), minWidth: 300, minHeight: 120, home: 'chart', stays: true },
}
