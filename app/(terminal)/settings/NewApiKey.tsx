'use client'
import { type FormEvent, useState } from 'react'
import { asUser } from '#app/data/sign-in.ts'
import { api, type Outputs } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Field } from '#app/ui/Field.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { Failure } from '../identity/Failure.tsx'
import { useAction } from '../identity/use-action.ts'

type NewApiKeyProps = { onMade: (made: Outputs['users']['makeKey']) => Promise<void>; onCancel: () => void }

const METHODS = {
  hmac: { label: word('Shared secret'), hint: word('Each request is signed with HMAC-SHA256.') },
  ed25519: {
    label: word('Your key pair'),
    hint: word('Each request is signed with Ed25519. We never have your private key.'),
  },
  bearer: {
    label: word('Bearer token'),
    hint: word('The simplest, and for reading only: whoever sees it can use it.'),
  },
} as const
type Method = keyof typeof METHODS

const DAY_MS = 86_400_000
const LIVES = { '30': word('30 days'), '90': word('90 days'), '365': word('A year'), never: word('Never') } as const
type Life = keyof typeof LIVES

export function NewApiKey({ onMade, onCancel }: NewApiKeyProps) {
  const [label, setLabel] = useState('')
  const [method, setMethod] = useState<Method>('hmac')
  const [trade, setTrade] = useState(false)
  const [settings, setSettings] = useState(false)
  const [ips, setIps] = useState('')
  const [life, setLife] = useState<Life>('90')
  const [publicKey, setPublicKey] = useState('')
  const { busy, failure, run } = useAction()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const input = {
      label,
      method,
      scopes: scopesOf({ trade: trade && method !== 'bearer', settings: settings && method !== 'bearer' }),
      ips: ips.split(/[\s,]+/).filter((ip) => ip !== ''),
      expiresAt: life === 'never' ? null : Date.now() + Number(life) * DAY_MS,
      ...(method === 'ed25519' && { publicKey: publicKey.trim() }),
    }
    void run(async () => onMade(await asUser(() => api.users.makeKey.mutate(input))))
  }
  return (
    <form
      aria-label={t('New API key')}
      className="grid max-w-[480px] gap-2.5 rounded-md border border-line p-3"
      onSubmit={submit}
    >
      <Field label={t('Name')} value={label} onChange={setLabel} maxLength={40} />
      <Segmented
        dense
        label={t('How requests are signed')}
        value={method}
        onChange={setMethod}
        items={(['hmac', 'ed25519', 'bearer'] as const).map((value) => ({ value, label: t(METHODS[value].label) }))}
      />
      <p className="text-faint text-xs">{t(METHODS[method].hint)}</p>
      {method === 'ed25519' && (
        <Field label={t('Public key')} value={publicKey} onChange={setPublicKey} hint={t('32 bytes in base64.')} />
      )}
      {method !== 'bearer' && (
        <>
          <Checkbox checked={trade} onChange={setTrade}>
            {t('It may trade')}
          </Checkbox>
          <Checkbox checked={settings} onChange={setSettings}>
            {t('It may change settings')}
          </Checkbox>
        </>
      )}
      <Field
        label={t('Addresses')}
        value={ips}
        onChange={setIps}
        placeholder={t('any')}
        hint={t('IP addresses or networks it may be used from, with commas between them.')}
      />
      <Segmented
        dense
        label={t('Ends after')}
        value={life}
        onChange={setLife}
        items={(['30', '90', '365', 'never'] as const).map((value) => ({ value, label: t(LIVES[value]) }))}
      />
      <Failure>{failure}</Failure>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={label.trim() === ''}>
          {t('Make the key')}
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      </div>
    </form>
  )
}

function scopesOf({ trade, settings }: { trade: boolean; settings: boolean }): ('read' | 'trade' | 'admin')[] {
  return ['read', ...(trade ? (['trade'] as const) : []), ...(settings ? (['admin'] as const) : [])]
}
