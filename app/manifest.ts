import type { MetadataRoute } from 'next'
import { START_COLOR, THEME_COLOR } from './ui/theme-color.ts'

/** What a system needs to install the terminal as an app. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    id: '/',
    name: 'QuantDesk',
    short_name: 'QuantDesk',
    description: 'Perpetual futures on Solana, settled on chain',
    lang: 'en',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: START_COLOR,
    theme_color: THEME_COLOR.dark,
    categories: ['finance'],
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/icons/192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icons/512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
    shortcuts: [
      { name: 'Markets', url: '/markets' },
      { name: 'Pool', url: '/pool' },
      { name: 'Status', url: '/status' },
    ],
  }
}
