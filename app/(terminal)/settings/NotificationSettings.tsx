'use client'
import { useState } from 'react'
import { asUser, useOwn } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { formatChoice } from '#app/ui/format-choice.ts'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'
import { DigestSettings, QuietHours } from './DigestSettings.tsx'
import { EmailSettings } from './EmailSettings.tsx'
import { Row } from './Row.tsx'
import { Secret } from './Secret.tsx'
import { SignedIn } from './SignedIn.tsx'
import { Waiting } from './Waiting.tsx'

/** What the server tells, also while no page is open. What the page tells by itself is under alerts and sounds. */
export function NotificationSettings() {
  return <SignedIn>{() => <Choices />}</SignedIn>
}

type Settings = Outputs['notifications']['settings']
type Group = keyof Settings['defaults']
type Change = Partial<Pick<Settings, 'channels' | 'digests' | 'digestHour' | 'quiet'>>
type Channel = Settings['defaults'][Group][number]

const GROUPS: Readonly<Record<Group, string>> = {
  orders: word('Fills, and orders the exchange took off'),
  liquidations: word('Liquidations'),
  transfers: word('Deposits and withdrawals'),
  alerts: word('Price alerts of the API'),
  security: word('Sign-ins and API keys'),
  delivery: word('Webhooks and e-mail that were switched off'),
}
const GROUP_NAMES = Object.keys(GROUPS) as Group[]
const MESSAGE_CHANNELS = ['telegram', 'email'] as const
const CHANNELS: Readonly<Record<Channel, string>> = {
  in_app: word('Here'),
  telegram: word('Telegram'),
  email: word('E-mail'),
}

function Choices() {
  const query = useOwn('notification-settings', () => api.notifications.settings.query())
  const { busy, failure, run } = useAction()
  // What was just chosen stands at once; the server's answer confirms it or takes it back.
  const [pending, setPending] = useState<Change>({})
  const { data, refetch } = query
  if (data === undefined) return <Waiting query={query} />
  const { channels, digests, digestHour, quiet, defaults, telegram, email } = { ...data, ...pending }
  // The reader's clock is the one the page goes by.
  const { timeZone } = formatChoice()
  const save = (change: Change): void => {
    setPending(change)
    const chosen = { channels, digests, digestHour, quiet, timeZone, ...change }
    void run(async () => {
      await asUser(() => api.notifications.setSettings.mutate(chosen))
      await refetch()
    }).finally(() => setPending({}))
  }
  const offered = MESSAGE_CHANNELS.filter((channel) => ({ telegram, email })[channel].offered)
  const isReached = {
    telegram: telegram.linkedTo !== null,
    email: email.address !== null && email.disabledReason === null,
  }
  const reached = offered.filter((channel) => isReached[channel])
  return (
    <div className="grid gap-4">
      <p className="text-muted">{t('The server tells you these also while no page is open.')}</p>
      {GROUP_NAMES.map((group) => (
        <GroupRow
          key={group}
          group={group}
          offered={['in_app', ...offered]}
          reached={['in_app', ...reached]}
          chosen={channels[group] ?? defaults[group]}
          busy={busy}
          onChange={(chosen) => save({ channels: { ...channels, [group]: chosen } })}
        />
      ))}
      <Telegram offered={telegram.offered} linkedTo={telegram.linkedTo} onChange={refetch} />
      <EmailSettings email={email} onChange={refetch} />
      {reached.length > 0 && (
        <>
          <DigestSettings channels={reached} settings={{ digests, digestHour }} onChange={save} />
          <QuietHours quiet={quiet} timeZone={timeZone} onChange={(next) => save({ quiet: next })} />
        </>
      )}
      <Failure>{failure}</Failure>
    </div>
  )
}

type GroupRowProps = {
  group: Group
  offered: readonly Channel[]
  /** Those that lead somewhere by now. */
  reached: readonly Channel[]
  chosen: readonly Channel[]
  busy: boolean
  onChange: (chosen: Channel[]) => void
}

function GroupRow({ group, offered, reached, chosen, busy, onChange }: GroupRowProps) {
  return (
    <Row label={t(GROUPS[group])}>
      <fieldset disabled={busy} className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="sr-only">{t(GROUPS[group])}</legend>
        {offered.map((channel) => (
          <Checkbox
            key={channel}
            checked={chosen.includes(channel)}
            disabled={!reached.includes(channel)}
            onChange={(on) => onChange([...chosen.filter((one) => one !== channel), ...(on ? [channel] : [])])}
          >
            {t(CHANNELS[channel])}
          </Checkbox>
        ))}
      </fieldset>
    </Row>
  )
}

type TelegramProps = { offered: boolean; linkedTo: string | null; onChange: () => Promise<unknown> }

function Telegram({ offered, linkedTo, onChange }: TelegramProps) {
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
      hint={
        !offered
          ? t('This server has no Telegram bot.')
          : linkedTo === null
            ? t('No chat is linked.')
            : t('Linked to {name}.', { name: linkedTo })
      }
    >
      {!offered ? null : linkedTo !== null ? (
        <ConfirmButton label={t('Unlink')} question={t('Unlink now?')} busy={busy} onConfirm={unlink} />
      ) : link === null ? (
        <Button busy={busy} onClick={make}>
          {t('Link Telegram')}
        </Button>
      ) : (
        <div className="grid gap-1.5">
          {link.url === null ? (
            <Secret text={startCommand(link.code)} copyLabel={t('Copy the command')} />
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
