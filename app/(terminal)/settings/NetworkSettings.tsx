'use client'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { genesisOf, isRpcUrl, setRpcChoice, useRpcChoice, useRpcLatency } from '#app/data/rpc.ts'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { FEE_CAP, FEE_PRESETS } from '#app/data/settings.ts'
import { useSystemConfig } from '#app/data/system.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button, IconButton } from '#app/ui/Button.tsx'
import { Field, NumberField } from '#app/ui/Field.tsx'
import { formatCount, formatLatency, formatNumber } from '#app/ui/format.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Dot } from '#app/ui/Tag.tsx'
import { openConnection } from '#app/wallet/chain.ts'
import { paidNow } from '#app/wallet/priority-fee.ts'
import { formatUnits, parseUnits } from '#client/units.ts'
import { Row } from './Row.tsx'

const PRESET = { none: word('None'), normal: word('Normal'), fast: word('Fast'), urgent: word('Urgent') } as const
const LAMPORT_DECIMALS = 9

export function NetworkSettings() {
  return (
    <>
      <Endpoints />
      <PriorityFee />
      <FeeCap />
    </>
  )
}

/** Which endpoint the browser asks and sends through, each with its round trip. */
function Endpoints() {
  const { chosen, urls } = useRpcChoice()
  const own = useSystemConfig()?.rpcUrl
  return (
    <div className="grid gap-2">
      <div>
        <p className="font-medium text-md">{t('RPC endpoint')}</p>
        <p className="text-faint text-xs">
          {t('Your transactions go through it. It stays in this browser: the exchange never learns its address.')}
        </p>
      </div>
      <ul aria-label={t('RPC endpoints')} className="grid gap-1">
        {own !== undefined && (
          <Endpoint url={own} name={t("The exchange's own")} isUsed={chosen === null} choose={null} />
        )}
        {urls.map((url) => (
          <Endpoint key={url} url={url} name={new URL(url).host} isUsed={chosen === url} choose={url} />
        ))}
      </ul>
      {own !== undefined && <AddEndpoint own={own} urls={urls} />}
    </div>
  )
}

type EndpointProps = { url: string; name: string; isUsed: boolean; choose: string | null }

function Endpoint({ url, name, isUsed, choose }: EndpointProps) {
  const latency = useRpcLatency(url)
  return (
    <li className="flex h-9 items-center gap-2 rounded-md bg-raised pr-1 pl-2.5">
      <label className="flex min-w-0 grow items-center gap-2.5">
        <input
          type="radio"
          name="rpc-endpoint"
          checked={isUsed}
          onChange={() => setRpcChoice({ chosen: choose })}
          className="accent-(--accent)"
        />
        <span className="truncate" title={url}>
          {name}
        </span>
      </label>
      <span className="flex items-center gap-1.5 text-muted">
        <Dot tone={latency === null ? 'down' : latency === undefined ? 'plain' : 'up'} />
        {latency === null ? t('no answer') : latency === undefined ? '…' : formatLatency(latency)}
      </span>
      {choose !== null && (
        <IconButton size="sm" label={t('Remove {name}', { name })} onClick={() => remove(choose)}>
          <X aria-hidden className="size-3.5" />
        </IconButton>
      )}
    </li>
  )
}

function remove(url: string): void {
  const { chosen, urls } = useRpcChoice.getState()
  setRpcChoice({ urls: urls.filter((known) => known !== url), chosen: chosen === url ? null : chosen })
}

/** Only one that answers for the same chain is taken: what is signed must go where it is shown to go. */
function AddEndpoint({ own, urls }: { own: string; urls: readonly string[] }) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const url = text.trim()
    if (!isRpcUrl(url)) return setProblem(t('An address with https://, or one of this computer.'))
    if (url === own || urls.includes(url)) return setProblem(t('It is in the list already.'))
    setBusy(true)
    const [theirs, ours] = await Promise.all([genesisOf(url), genesisOf(own)]).finally(() => setBusy(false))
    if (theirs === null) {
      return setProblem(t('It does not answer. Look at the address, and whether it lets pages ask it.'))
    }
    if (theirs !== ours) return setProblem(t('It answers for another chain than the one this exchange runs on.'))
    setRpcChoice({ urls: [...urls, url], chosen: url })
    setText('')
    setProblem(undefined)
  }
  return (
    <form className="flex items-start gap-2" onSubmit={(event) => void submit(event)}>
      <Field
        className="grow"
        label={t('Another')}
        type="url"
        placeholder="https://"
        value={text}
        onChange={(next) => {
          setText(next)
          setProblem(undefined)
        }}
        error={problem}
      />
      <Button type="submit" className="!h-9" busy={busy} disabled={text.trim() === ''}>
        {t('Add')}
      </Button>
    </form>
  )
}

const REFRESH_MS = 10_000

function PriorityFee() {
  const priorityFee = useSettings((settings) => settings.priorityFee)
  const set = useSetSettings()
  const config = useSystemConfig()
  const paid = useQuery({
    queryKey: ['priority-fee', priorityFee],
    queryFn: async () => paidNow(await openConnection(), priorityFee),
    enabled: config !== undefined && priorityFee !== 'none',
    refetchInterval: REFRESH_MS,
  }).data
  const now =
    priorityFee === 'none'
      ? t('Nothing is offered for haste.')
      : paid === undefined
        ? t('Asking the chain what is paid now…')
        : paid === 0
          ? t('Others offer nothing now, so neither do you.')
          : t('Now {price} micro-lamports per compute unit.', { price: formatCount(paid) })
  return (
    <Row
      label={t('Priority fee')}
      hint={`${t('Normal, fast and urgent offer what half, three in four and nine in ten of the others pay at most.')} ${now}`}
    >
      <Segmented
        label={t('Priority fee')}
        value={priorityFee}
        onChange={(next) => set({ priorityFee: next })}
        items={FEE_PRESETS.map((value) => ({ value, label: t(PRESET[value]) }))}
      />
    </Row>
  )
}

function FeeCap() {
  const feeCap = useSettings((settings) => settings.feeCap)
  const set = useSetSettings()
  const [typed, setTyped] = useState<string | null>(null)
  const wanted = typed === null ? feeCap : lamportsOf(typed)
  const isIn = wanted >= FEE_CAP.least && wanted <= FEE_CAP.most
  return (
    <Row label={t('Never more than')} hint={t('For one transaction, whatever the others pay.')}>
      <NumberField
        label={t('Cap')}
        value={typed ?? formatUnits(BigInt(feeCap), LAMPORT_DECIMALS)}
        onChange={(text) => {
          setTyped(text)
          const next = lamportsOf(text)
          if (next >= FEE_CAP.least && next <= FEE_CAP.most) set({ feeCap: next })
        }}
        onBlur={() => setTyped(null)}
        decimals={LAMPORT_DECIMALS}
        step="0.0001"
        suffix="SOL"
        error={
          isIn
            ? undefined
            : t('Between {least} and {most} SOL.', { least: solText(FEE_CAP.least), most: solText(FEE_CAP.most) })
        }
      />
    </Row>
  )
}

const solText = (lamports: number): string => formatNumber(formatUnits(BigInt(lamports), LAMPORT_DECIMALS))

function lamportsOf(text: string): number {
  try {
    return Number(parseUnits(text, LAMPORT_DECIMALS))
  } catch {
    return 0
  }
}
