/** The settings page, in its order. */
export const SECTIONS = [
  { id: 'display', title: 'Display' },
  { id: 'trading', title: 'Orders and confirmations' },
  { id: 'trading-key', title: 'Trading key' },
  { id: 'network', title: 'Network and fees' },
  { id: 'hotkeys', title: 'Keys and sizes' },
  { id: 'alerts', title: 'Alerts and sounds' },
] as const

export type SectionId = (typeof SECTIONS)[number]['id']
