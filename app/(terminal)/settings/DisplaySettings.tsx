'use client'
import { ChevronDown } from 'lucide-react'
import { useNow } from '#app/data/clock.ts'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { COLORS, THEMES } from '#app/data/settings.ts'
import { LANGUAGE_CHOICES, LANGUAGE_NAMES } from '#app/i18n/language.ts'
import { t, word } from '#app/i18n/t.ts'
import { formatDateTime, formatPrice, formatUsd, zoneName } from '#app/ui/format.ts'
import { NUMBER_FORMATS, type NumberFormat } from '#app/ui/format-choice.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Row } from './Row.tsx'

const THEME = { dark: word('Dark'), light: word('Light'), system: word('As the system') } as const
const COLOR = { 'green-red': word('Green and red'), 'blue-orange': word('Blue and orange') } as const
const NUMBERS: Readonly<Record<NumberFormat, string>> = {
  'space-point': '1\u202f234\u202f567.89',
  'comma-point': '1,234,567.89',
  'point-comma': '1.234.567,89',
  'space-comma': '1\u202f234\u202f567,89',
  'apostrophe-point': '1\u2019234\u2019567.89',
}
const SELECT = 'h-8 w-full justify-between rounded-md bg-raised px-2.5 font-medium'

export function DisplaySettings() {
  const { theme, colors, numbers, language } = useSettings(look)
  const set = useSetSettings()
  return (
    <>
      <Row label={t('Language')} hint={t('What the chain and the server answer stays in English.')}>
        <Segmented
          label={t('Language')}
          value={language}
          onChange={(next) => set({ language: next })}
          items={LANGUAGE_CHOICES.map((value) => ({
            value,
            label: value === 'browser' ? t('As the browser') : LANGUAGE_NAMES[value],
          }))}
        />
      </Row>
      <Row label={t('Theme')}>
        <Segmented
          label={t('Theme')}
          value={theme}
          onChange={(next) => set({ theme: next })}
          items={THEMES.map((value) => ({ value, label: t(THEME[value]) }))}
        />
      </Row>
      <Row label={t('Colours of gains and losses')} hint={t('Blue and orange differ for colour-blind eyes too.')}>
        <Segmented
          label={t('Colours of gains and losses')}
          value={colors}
          onChange={(next) => set({ colors: next })}
          items={COLORS.map((value) => ({ value, label: t(COLOR[value]) }))}
        />
      </Row>
      <Row label={t('Numbers')} hint={<Example key={numbers} />}>
        <SelectMenu
          label={t('Numbers')}
          align="end"
          value={numbers}
          onChange={(next) => set({ numbers: next })}
          triggerClassName={SELECT}
          items={NUMBER_FORMATS.map((value) => ({ value, label: NUMBERS[value] }))}
        />
      </Row>
      <TimeZone />
    </>
  )
}

const look = <T,>(settings: T): T => settings

function Example() {
  return t('A price of {price}, a loss of {loss}.', {
    price: formatPrice('91237.5', '0.1'),
    loss: formatUsd('-1234.5'),
  })
}

/** All that the browser knows; this computer's own first. */
function TimeZone() {
  const timeZone = useSettings((settings) => settings.timeZone)
  const set = useSetSettings()
  const now = useNow((at) => `${formatDateTime(at)} ${zoneName(at)}`)
  return (
    <Row
      label={t('Time zone')}
      hint={now === null ? undefined : t('It is {now}. Times in files are always UTC.', { now })}
    >
      {/* The browser's own list, because it is searched by typing; its arrow is that of the other menus. */}
      <span className="relative block">
        <select
          aria-label={t('Time zone')}
          value={timeZone}
          onChange={(event) => set({ timeZone: event.target.value })}
          className="h-8 w-full appearance-none rounded-md border-0 bg-raised pr-7 pl-2.5 font-medium text-text"
        >
          {zones(timeZone, now !== null).map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <ChevronDown aria-hidden className="pointer-events-none absolute top-2.5 right-2.5 size-3 opacity-70" />
      </span>
    </Row>
  )
}

/** The server knows neither the reader's zone nor his browser's list, and the page begins as the server sent it. */
function zones(chosen: string, isBrowser: boolean): { value: string; label: string }[] {
  const own = isBrowser ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined
  const all = isBrowser ? Intl.supportedValuesOf('timeZone') : []
  const named = [...new Set([chosen, ...all])].filter((zone) => zone !== 'UTC' && zone !== own).sort()
  return [
    { value: 'UTC', label: t('UTC, as the exchange') },
    ...(own === undefined || own === 'UTC'
      ? []
      : [{ value: own, label: t('{zone}, as this computer', { zone: label(own) }) }]),
    ...named.map((zone) => ({ value: zone, label: label(zone) })),
  ]
}

const label = (zone: string): string => zone.replaceAll('_', ' ')
