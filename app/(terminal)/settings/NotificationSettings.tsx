'use client'
import { useState } from 'react'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { formatChoice } from '#app/ui/format-choice.ts'
import { Skeleton } from '#app/ui/states.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { Row } from './Row.tsx'
import { SignedIn } from './SignedIn.tsx'

/** What the server tells, also while no page is open. What the page tells by itself is under alerts and sounds. */
export function NotificationSettings() {
  return <SignedIn>{() => <Choices />}</SignedIn>
}

type Settings = Outputs['notifications']['settings']
type Group = keyof Settings['defaults']
type Change = Partial<Pick<Settings, 'channels' | 'quiet'>>
type Channel = Settings['defaults'][Group][number]

const GROUPS: Readonly<Record<Group, string>> = {
  orders: word('Fills, and orders the exchange took off'),
  liquidations: word('Liquidations'),
  transfers: word('Deposits and withdrawals'),
  alerts: word('Price alerts of the API'),
  security: word('Sign-ins and API keys'),
  webhooks: word('Webhooks that were switched off'),
}
const GROUP_NAMES = Object.keys(GROUPS) as Group[]

function Choices() {
  const { data, refetch } = useOwn('notification-settings', () => api.notifications.settings.query())
  const { busy, failure, run } = useAction()
  // What was just chosen stands at once; the server's answer confirms it or takes it back.
  const [pending, setPending] = useState<Change>({})
  if (data === undefined) return <Skeleton className="h-8" />
  const { channels, quiet, defaults, telegram } = { ...data, ...pending }
  const save = (change: Change): void => {
    setPending(change)
    void run(async () => {
      await asUser(() => api.notifications.setSettings.mutate({ channels, quiet, ...change }))
      await refetch()
    }).finally(() => setPending({}))
  }
  const chosen = (group: Group): readonly Channel[] => channels[group] ?? defaults[group]
  const choose = (group: Group, channel: Channel, on: boolean): void => {
    const others = chosen(group).filter((one) => one !== channel)
    save({ channels: { ...channels, [group]: on ? [...others, channel] : others } })
  }
  return (
    <div className="grid gap-3">
      <p className="text-muted">{t('The server tells you these also while no page is open.')}</p>
      {GROUP_NAMES.map((group) => (
        <Row key={group} label={t(GROUPS[group])}>
          <fieldset disabled={busy} className="flex gap-4">
            <legend className="sr-only">{t(GROUPS[group])}</legend>
            <Checkbox checked={chosen(group).includes('in_app')} onChange={(on) => choose(group, 'in_app', on)}>
              {t('Here')}
            </Checkbox>
            {telegram.offered && (
              <Checkbox checked={chosen(group).includes('telegram')} onChange={(on) => choose(group, 'telegram', on)}>
                Telegram
              </Checkbox>
            )}
          </fieldset>
        </Row>
      ))}
      {telegram.offered && (
        <>
          <Telegram linkedTo={telegram.linkedTo} onChange={refetch} />
          <QuietHours quiet={quiet} onChange={(next) => save({ quiet: next })} />
        </>
      )}
      <Failure>{failure}</Failure>
    </div>
  )
}

function Telegram({ linkedTo, onChange }: { linkedTo: string | null; onChange: () => Promise<unknown> }) {
  const [link, setLink] = useState<Outputs['notifications']['linkTelegram'] | null>(null)
  const { busy, failure, run } = useAction()
  const make = (): void => void run(async () => setLink(await asUser(() => api.notifications.linkTelegram.mutate())))
  const unlink = (): void =>
    void run(async () => {
      await asUser(() => api.notifications.unlinkTelegram.mutate())
      setLink(null)
      await onChange()
    })
  return (
    <Row
      label="Telegram"
      hint={linkedTo === null ? t('No chat is linked.') : t('Linked to {name}.', { name: linkedTo })}
    >
      {linkedTo !== null ? (
        <Button variant="danger" busy={busy} onClick={unlink}>
          {t('Unlink')}
        </Button>
      ) : link === null ? (
        <Button busy={busy} onClick={make}>
          {t('Link Telegram')}
        </Button>
      ) : (
        <div className="grid gap-1.5">
          {link.url === null ? (
            <p className="break-all font-mono text-xs">{startCommand(link.code)}</p>
          ) : (
            <a href={link.url} target="_blank" rel="noreferrer" className="text-accent underline">
              {t('Open the chat with the bot')}
            </a>
          )}
          <p className="text-faint text-xs">{t('Press Start there, within ten minutes. Then come back.')}</p>
          <Button
            className="justify-self-start"
            busy={busy}
            onClick={() => void run(async () => void (await onChange()))}
          >
            {t('I pressed Start')}
          </Button>
        </div>
      )}
      <Failure>{failure}</Failure>
    </Row>
  )
}

/** What opens the link in the bot's chat. */
const startCommand = (code: string): string => `/start ${code}`

type Quiet = Settings['quiet']
const NIGHT = { from: 22 * 60, to: 7 * 60 }

function QuietHours({ quiet, onChange }: { quiet: Quiet; onChange: (quiet: Quiet) => void }) {
  const { timeZone } = formatChoice()
  const { from, to } = quiet ?? NIGHT
  const set = (change: Partial<typeof NIGHT>): void => onChange({ from, to, timeZone, ...change })
  return (
    <Row label={t('Quiet hours of Telegram')} hint={t('Messages wait until they end. A liquidation does not wait.')}>
      <div className="flex flex-wrap items-center gap-3">
        <Checkbox checked={quiet !== null} onChange={(on) => onChange(on ? { from, to, timeZone } : null)}>
          {t('On')}
        </Checkbox>
        <Time
          label={t('Quiet from')}
          value={from}
          disabled={quiet === null}
          onChange={(minute) => set({ from: minute })}
        />
        <Time
          label={t('Quiet until')}
          value={to}
          disabled={quiet === null}
          onChange={(minute) => set({ to: minute })}
        />
      </div>
    </Row>
  )
}

type TimeProps = { label: string; value: number; disabled: boolean; onChange: (minute: number) => void }

/** A minute of the day. */
function Time({ label, value, disabled, onChange }: TimeProps) {
  const two = (part: number) => String(part).padStart(2, '0')
  return (
    <input
      type="time"
      aria-label={label}
      disabled={disabled}
      value={`${two(Math.floor(value / 60))}:${two(value % 60)}`}
      onChange={({ target }) => {
        const [hours, minutes] = target.value.split(':').map(Number)
        if (hours !== undefined && minutes !== undefined && !Number.isNaN(hours + minutes))
          onChange(hours * 60 + minutes)
      }}
      className="h-8 rounded-md bg-raised px-2 text-text disabled:opacity-45"
    />
  )
}
