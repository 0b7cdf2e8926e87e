'use client'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useNow } from '#app/data/clock.ts'
import { serverNow } from '#app/data/connection.ts'
import { useMarketList } from '#app/data/markets.ts'
import type { OwnAccount } from '#app/data/own-account.ts'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { rich, t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { formatAge, formatDateTime, formatNumber, formatUsd, NO_VALUE, shorten, zoneName } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Dot } from '#app/ui/Tag.tsx'
import { loadExchange } from '#app/wallet/exchange.ts'
import { useAuthority } from '#app/wallet/store.ts'
import { loadKeyStore } from '#app/wallet/trading-key.ts'
import { KEY_FUNDS, LOW_FUNDS } from '#client/delegate-funds.ts'
import { formatUnits, parseUnits } from '#client/units.ts'
import { quoteText } from '../account/decimal.ts'
import { useSubAccount } from '../account/use-portfolio.ts'
import { lamportsOf, turnOff, turnOn } from './actions.ts'
import { DEFAULT_LIMITS, largestOrder, TIMES } from './limits.ts'
import { type OneClick, useOneClick } from './use-one-click.ts'

/** Sets up, shows and ends one-click trading. */
export function TradingKeyPanel() {
  const authority = useAuthority()
  const subAccount = useSubAccount()
  const oneClick = useOneClick()
  const canKeep = useCanKeepKey()
  if (authority === null) return <Note>{t('Connect a wallet first: the key trades for its account.')}</Note>
  if (subAccount === undefined || oneClick.state === 'unknown') return <Note>{t('Reading your account…')}</Note>
  if (subAccount === null) return <Note>{t('Deposit first: the key trades for an account of the exchange.')}</Note>
  const own = { authority, subAccountId: subAccount.id }
  return (
    <div className="grid gap-3">
      {'address' in oneClick && <Standing own={own} oneClick={oneClick} />}
      {canKeep === false ? (
        <Note>
          {t(
            'This browser cannot keep a key that page scripts are unable to read (Ed25519 in Web Crypto), so one-click trading is not offered here. Current versions of Chrome, Firefox and Safari can.',
          )}
        </Note>
      ) : (
        <Grant key={`${subAccount.id} ${oneClick.state}`} own={own} state={oneClick.state} />
      )}
      {oneClick.state !== 'off' && <TurnOff own={own} isHere={oneClick.state !== 'elsewhere'} />}
    </div>
  )
}

function Note({ children }: { children: ReactNode }) {
  return <p className="text-muted">{children}</p>
}

/** Undefined while not tried. */
function useCanKeepKey(): boolean | undefined {
  const [can, setCan] = useState<boolean>()
  useEffect(() => {
    let gone = false
    void loadKeyStore()
      .then((store) => store.canKeepKey())
      .then((answer) => !gone && setCan(answer))
    return () => {
      gone = true
    }
  }, [])
  return can
}

type Known = Extract<OneClick, { address: string }>

const STATE = {
  on: { tone: 'accent', words: word('On: orders of this browser go out without asking the wallet') },
  ended: { tone: 'warn', words: word('Its time is over: your wallet is asked again') },
  elsewhere: { tone: 'warn', words: word('Another browser or program may trade for this account') },
} as const

const REFRESH_MS = 10_000

/** What the chain says of the key, and what is left of its limits. */
function Standing({ own, oneClick }: { own: OwnAccount; oneClick: Known }) {
  const { address, expiresAt, state } = oneClick
  const left = useNow((now) => (expiresAt > now ? formatAge(expiresAt - now) : null))
  const asked = useQuery({
    queryKey: ['trading-key', own, address],
    queryFn: async () => {
      const exchange = await loadExchange()
      const [granted, lamports] = await Promise.all([
        exchange.delegation(own, BigInt(Math.floor(serverNow() / 1000))),
        lamportsOf(address),
      ])
      return { ...granted, lamports }
    },
    refetchInterval: REFRESH_MS,
  }).data
  const rest = asked === undefined ? null : asked.budget > asked.spent ? asked.budget - asked.spent : 0n
  const isPoor = asked !== undefined && asked.lamports < LOW_FUNDS
  return (
    <div className="grid gap-2 rounded-md bg-raised p-3">
      <p className="flex items-center gap-2 font-medium">
        <Dot tone={STATE[state].tone} />
        {t(STATE[state].words)}
      </p>
      <KeyValueList>
        <KeyValue label={t('Key')}>
          <span title={address} className="font-mono">
            {shorten(address)}
          </span>
        </KeyValue>
        <KeyValue label={t('Until')}>
          {formatDateTime(expiresAt)} {zoneName(expiresAt)}
          {left !== null && <span className="text-faint"> · {t('{time} left', { time: left })}</span>}
        </KeyValue>
        <KeyValue
          label={t('Loss budget left')}
          title={t(
            'What its orders may still lose against the oracle, fees included. It comes back evenly over a day; with nothing left your wallet is asked instead.',
          )}
        >
          {asked === undefined || rest === null ? (
            NO_VALUE
          ) : (
            <span className={rest === 0n ? 'text-warn' : ''}>
              {rich('{rest} <of>of {budget}</of>', {
                rest: formatUsd(quoteText(rest)),
                budget: formatUsd(quoteText(asked.budget)),
                of: (inner) => <span className="text-faint">{inner}</span>,
              })}
            </span>
          )}
        </KeyValue>
        <KeyValue
          label={t('SOL for network fees')}
          title={t('What is left comes back to your wallet when you turn it off.')}
        >
          <span className={isPoor ? 'text-warn' : ''}>
            {asked === undefined ? NO_VALUE : formatNumber(formatUnits(asked.lamports, 9), { max: 5, min: 2 })}
          </span>
        </KeyValue>
      </KeyValueList>
      {isPoor && state === 'on' && (
        <p className="text-warn text-xs">{t('It has little SOL left for fees. Renewing gives it more.')}</p>
      )}
    </div>
  )
}

/** What the key may do, until when, for the wallet to sign. */
function Grant({ own, state }: { own: OwnAccount; state: OneClick['state'] }) {
  const [seconds, setSeconds] = useState(String(DEFAULT_LIMITS.seconds))
  const [text, setText] = useState(formatUnits(DEFAULT_LIMITS.budget, 6))
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const budget = amountOf(text)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (budget === null || busy) return
    setBusy(true)
    setFailure(null)
    const outcome = await turnOn(own, { seconds: Number(seconds), budget }).finally(() => setBusy(false))
    if (outcome.kind === 'failed') setFailure(outcome.error.message)
  }
  return (
    <form className="grid gap-2.5" onSubmit={(event) => void submit(event)}>
      <p className="text-muted">
        {t(
          'A key made in this browser signs your orders, so no window of the wallet comes between. It can place, change and cancel orders. It can never withdraw, move collateral or give itself more rights: the program refuses.',
        )}
      </p>
      <Segmented
        dense
        label={t('Ends after')}
        value={seconds}
        onChange={setSeconds}
        items={TIMES.map((time) => ({ value: String(time.seconds), label: t(time.label) }))}
      />
      <NumberField
        label={t('May lose in 24 hours')}
        value={text}
        onChange={setText}
        decimals={2}
        step="50"
        suffix="USDC"
        error={budget === null ? t('Enter an amount above 0.') : undefined}
      />
      {budget !== null && <BudgetHint budget={budget} />}
      {failure !== null && (
        <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
          {failure}
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" busy={busy} disabled={budget === null}>
        {state === 'on'
          ? t('Renew with these limits')
          : state === 'off'
            ? t('Turn on one-click trading')
            : t('Turn on here')}
      </Button>
      <p className="text-faint text-xs">
        {t(
          'Your wallet signs once, and gives a key that has little left {amount} SOL for network fees. Whoever uses this browser can trade until it ends.',
          { amount: formatNumber(formatUnits(KEY_FUNDS, 9)) },
        )}
      </p>
    </form>
  )
}

function BudgetHint({ budget }: { budget: bigint }) {
  const slippageBps = useSettings((settings) => settings.slippageBps)
  const fees = useMarketList().data?.map(({ params }) => params.takerFeePpm) ?? []
  const most = largestOrder(budget, slippageBps, Math.max(0, ...fees))
  return (
    <p className="text-faint text-xs">
      {t(
        'Counts what orders lose against the oracle price, and fees; not what the market does afterwards. At your slippage limit of {slippage} it allows market orders up to about {most} in all. Larger ones ask the wallet.',
        {
          slippage: `${formatNumber(String(slippageBps / 100))} %`,
          most: formatUsd(quoteText(most), { max: 0, min: 0 }),
        },
      )}
    </p>
  )
}

function amountOf(text: string): bigint | null {
  try {
    const amount = parseUnits(text, 6)
    return amount > 0n ? amount : null
  } catch {
    return null
  }
}

function TurnOff({ own, isHere }: { own: OwnAccount; isHere: boolean }) {
  const [busy, setBusy] = useState(false)
  const run = async (): Promise<void> => {
    setBusy(true)
    await turnOff(own).finally(() => setBusy(false))
  }
  return (
    <Button variant="danger" busy={busy} onClick={() => void run()}>
      {isHere ? t('Turn off and destroy the key') : t('Take its right away')}
    </Button>
  )
}
