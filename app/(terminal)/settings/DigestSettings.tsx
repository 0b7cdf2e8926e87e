'use client'
import type { Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { Row } from './Row.tsx'

type Settings = Outputs['notifications']['settings']
type MessageChannel = keyof Settings['digests']
type Digest = NonNullable<Settings['digests'][MessageChannel]>

const DIGESTS: Readonly<Record<Digest, string>> = {
  instant: word('At once'),
  hourly: word('Every hour'),
  daily: word('Once a day'),
}
const DIGEST_NAMES = Object.keys(DIGESTS) as Digest[]
const LABELS: Readonly<Record<MessageChannel, string>> = {
  telegram: word('How often on Telegram'),
  email: word('How often by e-mail'),
}
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour))
const MENU = 'h-8 w-full justify-between rounded-md bg-raised px-2.5 font-medium'

type DigestSettingsProps = {
  /** That this server offers. */
  channels: readonly MessageChannel[]
  settings: Pick<Settings, 'digests' | 'digestHour'>
  onChange: (change: Partial<Pick<Settings, 'digests' | 'digestHour'>>) => void
}

/** What may wait is gathered into one message. */
export function DigestSettings({ channels, settings: { digests, digestHour }, onChange }: DigestSettingsProps) {
  const isDaily = channels.some((channel) => digests[channel] === 'daily')
  return (
    <>
      {channels.map((channel, index) => (
        <Row
          key={channel}
          label={t(LABELS[channel])}
          {...(index === 0 && { hint: t('Liquidations, sign-ins and API keys are always told at once.') })}
        >
          <SelectMenu
            label={t(LABELS[channel])}
            value={digests[channel] ?? 'instant'}
            onChange={(digest) => onChange({ digests: { ...digests, [channel]: digest } })}
            triggerClassName={MENU}
            items={DIGEST_NAMES.map((value) => ({ value, label: t(DIGESTS[value]) }))}
          />
        </Row>
      ))}
      {isDaily && (
        <Row label={t('Hour of the daily message')}>
          <SelectMenu
            label={t('Hour of the daily message')}
            value={String(digestHour)}
            onChange={(hour) => onChange({ digestHour: Number(hour) })}
            triggerClassName={MENU}
            items={HOURS.map((value) => ({ value, label: clock(Number(value) * 60) }))}
          />
        </Row>
      )}
    </>
  )
}

type Quiet = Settings['quiet']
const NIGHT = { from: 22 * 60, to: 7 * 60 }
type QuietHoursProps = { quiet: Quiet; timeZone: string; onChange: (quiet: Quiet) => void }

export function QuietHours({ quiet, timeZone, onChange }: QuietHoursProps) {
  const { from, to } = quiet ?? NIGHT
  return (
    <Row
      label={t('Quiet hours')}
      hint={t('Messages wait until they end, by the clock of {zone}. Liquidations and security do not wait.', {
        zone: timeZone,
      })}
    >
      <div className="flex flex-wrap items-center gap-3">
        <Checkbox checked={quiet !== null} onChange={(on) => onChange(on ? { from, to } : null)}>
          {t('On')}
        </Checkbox>
        <span className="flex items-center gap-1.5">
          <Time
            label={t('Quiet from')}
            value={from}
            disabled={quiet === null}
            onChange={(minute) => onChange({ from: minute, to })}
          />
          –
          <Time
            label={t('Quiet until')}
            value={to}
            disabled={quiet === null}
            onChange={(minute) => onChange({ from, to: minute })}
          />
        </span>
      </div>
    </Row>
  )
}

type TimeProps = { label: string; value: number; disabled: boolean; onChange: (minute: number) => void }

/** A minute of the day. */
function Time({ label, value, disabled, onChange }: TimeProps) {
  return (
    <input
      type="time"
      aria-label={label}
      disabled={disabled}
      value={clock(value)}
      onChange={({ target }) => {
        const [hours, minutes] = target.value.split(':').map(Number)
        if (hours !== undefined && minutes !== undefined && !Number.isNaN(hours + minutes))
          onChange(hours * 60 + minutes)
      }}
      className="h-8 rounded-md bg-raised px-2 text-text disabled:opacity-45"
    />
  )
}

function clock(minute: number): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
