import './ui/global.css'
import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { parseSettings, SETTINGS_COOKIE } from './data/settings.ts'
import { loadDictionary } from './i18n/load.ts'
import { t } from './i18n/t.ts'
import { OfflinePage } from './OfflinePage.tsx'
import { Providers } from './providers.tsx'
import { setFormatChoice } from './ui/format-choice.ts'
import { THEME_COLOR } from './ui/theme-color.ts'

const inter = localFont({
  src: '../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-inter',
})
const mono = localFont({
  src: '../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  weight: '100 800',
  variable: '--font-jetbrains-mono',
  preload: false,
})

export async function generateMetadata(): Promise<Metadata> {
  await loadDictionary()
  return {
    title: { default: 'QuantDesk', template: '%s · QuantDesk' },
    description: t('Perpetual futures on Solana: trade SOL, BTC and ETH with leverage, settled on chain.'),
  }
}

/** The system's own bars take the colour of the page's head. */
export async function generateViewport(): Promise<Viewport> {
  const { theme } = parseSettings((await cookies()).get(SETTINGS_COOKIE)?.value)
  const { dark, light } = THEME_COLOR
  const themeColor =
    theme === 'system'
      ? [
          { media: '(prefers-color-scheme: light)', color: light },
          { media: '(prefers-color-scheme: dark)', color: dark },
        ]
      : THEME_COLOR[theme]
  return { width: 'device-width', initialScale: 1, viewportFit: 'cover', themeColor }
}

/** "As the system" is known only in the browser: this runs before the first paint, so the page never flashes. */
const SYSTEM_THEME =
  "if(matchMedia('(prefers-color-scheme: light)').matches)document.documentElement.dataset.theme='light'"

export default async function RootLayout({ children }: { children: ReactNode }) {
  const settings = parseSettings((await cookies()).get(SETTINGS_COOKIE)?.value)
  // Heard by whatever this request renders.
  setFormatChoice(settings)
  const dictionary = await loadDictionary()
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <html
      lang={dictionary.language}
      data-theme={settings.theme === 'light' ? 'light' : 'dark'}
      data-colors={settings.colors}
      className={`${inter.variable} ${mono.variable}`}
      suppressHydrationWarning
    >
      <body>
        {settings.theme === 'system' && (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file
          <script nonce={nonce} dangerouslySetInnerHTML={{ __html: SYSTEM_THEME }} suppressHydrationWarning />
        )}
        <Providers settings={settings} dictionary={dictionary}>
          {children}
        </Providers>
        <OfflinePage />
      </body>
    </html>
  )
}
