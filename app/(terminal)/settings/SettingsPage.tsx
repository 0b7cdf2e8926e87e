'use client'
import type { ComponentType } from 'react'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { DEFAULTS, serializeSettings } from '#app/data/settings.ts'
import { identity } from '#app/data/store.ts'
import { t } from '#app/i18n/t.ts'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { AlertSettings } from './AlertSettings.tsx'
import { ApiKeySettings } from './ApiKeySettings.tsx'
import { DisplaySettings } from './DisplaySettings.tsx'
import { HotkeySettings } from './HotkeySettings.tsx'
import { KeySettings } from './KeySettings.tsx'
import { NetworkSettings } from './NetworkSettings.tsx'
import { NotificationSettings } from './NotificationSettings.tsx'
import { ProfileSettings } from './ProfileSettings.tsx'
import { SecuritySettings } from './SecuritySettings.tsx'
import { SECTIONS, type SectionId } from './sections.ts'
import { SigningSettings } from './signing/SigningSettings.tsx'
import { TradingSettings } from './TradingSettings.tsx'
import { WebhookSettings } from './WebhookSettings.tsx'

const PARTS: Readonly<Record<SectionId, ComponentType>> = {
  profile: ProfileSettings,
  security: SecuritySettings,
  'api-keys': ApiKeySettings,
  'service-signing': SigningSettings,
  notifications: NotificationSettings,
  webhooks: WebhookSettings,
  display: DisplaySettings,
  trading: TradingSettings,
  'trading-key': KeySettings,
  network: NetworkSettings,
  hotkeys: HotkeySettings,
  alerts: AlertSettings,
}

/** Every choice, each in force as soon as it is made, here and in every other tab. */
export function SettingsPage() {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto bg-panel">
      <div className="mx-auto grid max-w-[920px] gap-x-10 px-4 py-6 lg:grid-cols-[160px_1fr]">
        <nav aria-label={t('Sections')} className="max-lg:hidden">
          <ul className="sticky top-6 grid gap-0.5">
            {SECTIONS.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`} className="block rounded-md px-2 py-1.5 text-muted hover:bg-hover hover:text-text">
                  {t(title)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="grid min-w-0 gap-8">
          <h1 className="font-semibold text-xl">{t('Settings')}</h1>
          {SECTIONS.map(({ id, title }) => {
            const Part = PARTS[id]
            return (
              <section key={id} id={id} aria-label={t(title)} className="grid scroll-mt-6 gap-3">
                <h2 className="border-line border-b pb-1.5 font-semibold text-lg">{t(title)}</h2>
                <Part />
              </section>
            )
          })}
          <Reset />
        </div>
      </div>
    </div>
  )
}

function Reset() {
  const settings = useSettings(identity)
  const set = useSetSettings()
  const isOurs = serializeSettings(settings) === serializeSettings(DEFAULTS)
  return (
    <p className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-4 text-faint">
      {t('Settings are kept in this browser. Alerts, endpoints and the trading key are not touched by this.')}
      <ConfirmButton
        label={t('Reset to defaults')}
        question={t('Reset all settings now?')}
        disabled={isOurs}
        onConfirm={() => set(DEFAULTS)}
      />
    </p>
  )
}
