import { word } from '#app/i18n/t.ts'

/** The settings page, in its order. */
export const SECTIONS = [
  { id: 'profile', title: word('Profile') },
  { id: 'security', title: word('Security') },
  { id: 'api-keys', title: word('API keys') },
  { id: 'service-signing', title: word('Service signing') },
  { id: 'notifications', title: word('Notifications') },
  { id: 'webhooks', title: word('Webhooks') },
  { id: 'display', title: word('Display') },
  { id: 'trading', title: word('Orders and confirmations') },
  { id: 'trading-key', title: word('Trading key') },
  { id: 'network', title: word('Network and fees') },
  { id: 'hotkeys', title: word('Keys and sizes') },
  { id: 'alerts', title: word('Alerts and sounds') },
] as const

export type SectionId = (typeof SECTIONS)[number]['id']
