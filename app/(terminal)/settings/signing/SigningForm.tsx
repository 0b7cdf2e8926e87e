'use client'
import { type FormEvent, useState } from 'react'
import { useNow } from '#app/data/clock.ts'
import { useMarketIds } from '#app/data/markets.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { formatNumber } from '#app/ui/format.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { KEY_FUNDS } from '#client/delegate-funds.ts'
import { formatUnits } from '#client/units.ts'
import type { SubAccountDto } from '#server/exchange/schema.ts'
import { Failure } from '../../identity/Failure.tsx'
import { useAction } from '../../identity/use-action.ts'
import { letServiceSign } from './actions.ts'
import { grantOf, type SigningKey, TIMES, type Typed, typedOf } from './limits.ts'

type SigningFormProps = {
  wallet: string
  /** Sub-accounts to choose from; the first is chosen. */
  offered: readonly SubAccountDto[]
  /** The key that is renewed. */
  signingKey?: SigningKey
  onDone: () => Promise<unknown>
  onCancel: () => void
}

const loadDialog = () => import('../../account/SubAccountsDialog.tsx')

export function SigningForm({ wallet, offered, signingKey, onDone, onCancel }: SigningFormProps) {
  const [chosen, setChosen] = useState(offered[0]?.id ?? 0)
  const [typed, setTyped] = useState<Typed>(() => typedOf(signingKey))
  const [managing, setManaging] = useState(false)
  const dialog = useLoaded(loadDialog, managing)
  const { busy, failure, run } = useAction()
  const subAccount = offered.find(({ id }) => id === chosen) ?? offered[0]
  const change = (part: Partial<Typed>): void => setTyped({ ...typed, ...part })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (subAccount === undefined) return
    const own = { authority: wallet, subAccountId: subAccount.id }
    void run(async () => {
      await letServiceSign(own, typed)
      await onDone()
    })
  }
  return (
    <form
      aria-label={t('Limits of the service')}
      className="grid max-w-[480px] gap-2.5 rounded-md border border-line p-3"
      onSubmit={submit}
    >
      {offered.length > 1 && (
        <Segmented
          dense
          label={t('Sub-account')}
          value={String(subAccount?.id)}
          onChange={(id) => setChosen(Number(id))}
          items={offered.map(({ id }) => ({ value: String(id), label: `#${id}` }))}
        />
      )}
      {subAccount !== undefined && signingKey === undefined && (
        <Replaces subAccount={subAccount} onAnother={() => setManaging(true)} />
      )}
      <Fields typed={typed} change={change} />
      <Failure>{failure}</Failure>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={grantOf(typed, 0) === null}>
          {signingKey === undefined ? t('Make the key') : t('Renew with these limits')}
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      </div>
      <p className="text-faint text-xs">
        {t(
          'Your wallet signs once, and gives a key that has little left {amount} SOL for network fees. Closing, reducing and cancelling are not limited, but count against the loss budget as all its orders do.',
          { amount: formatNumber(formatUnits(KEY_FUNDS, 9)) },
        )}
      </p>
      {managing && dialog !== undefined && <dialog.SubAccountsDialog onClose={() => setManaging(false)} />}
    </form>
  )
}

/** One sub-account has one delegate: whoever is there now loses its right. */
function Replaces({ subAccount, onAnother }: { subAccount: SubAccountDto; onAnother: () => void }) {
  const isTaken = useNow((now) => subAccount.delegate !== null && (subAccount.delegateExpiresAt ?? 0) > now) ?? false
  return (
    <p className={isTaken ? 'text-warn text-xs' : 'text-faint text-xs'}>
      {isTaken
        ? t(
            'A key trades for this sub-account already, as in one-click trading. A sub-account has one: it would lose its right.',
          )
        : t('A sub-account has one key: one-click trading in it would take the service’s right away.')}{' '}
      <button type="button" className="text-accent hover:underline" onClick={onAnother}>
        {t('Use a sub-account of its own')}
      </button>
    </p>
  )
}

function Fields({ typed, change }: { typed: Typed; change: (part: Partial<Typed>) => void }) {
  return (
    <>
      <Segmented
        dense
        label={t('Ends after')}
        value={typed.days}
        onChange={(days) => change({ days })}
        items={TIMES.map(({ days, label }) => ({ value: days, label: t(label) }))}
      />
      <NumberField
        label={t('One order up to')}
        value={typed.maxOrder}
        onChange={(maxOrder) => change({ maxOrder })}
        decimals={2}
        step="100"
        suffix="USDC"
      />
      <NumberField
        label={t('Orders of 24 hours up to')}
        value={typed.maxDay}
        onChange={(maxDay) => change({ maxDay })}
        decimals={2}
        step="1000"
        suffix="USDC"
        hint={t('What they are worth when they are taken, whatever fills of them.')}
      />
      <NumberField
        label={t('Limit worse than the oracle by')}
        value={typed.distancePercent}
        onChange={(distancePercent) => change({ distancePercent })}
        decimals={2}
        step="0.1"
        suffix="%"
      />
      <NumberField
        label={t('Orders a minute')}
        value={typed.ordersPerMinute}
        onChange={(ordersPerMinute) => change({ ordersPerMinute })}
        decimals={0}
        step="1"
      />
      <NumberField
        label={t('May lose in 24 hours')}
        value={typed.lossBudget}
        onChange={(lossBudget) => change({ lossBudget })}
        decimals={2}
        step="50"
        suffix="USDC"
        hint={t('Against the oracle price, fees included. The program on chain keeps this one.')}
      />
      <Markets chosen={typed.markets} onChange={(markets) => change({ markets })} />
    </>
  )
}

type MarketsProps = { chosen: Typed['markets']; onChange: (markets: Typed['markets']) => void }

function Markets({ chosen, onChange }: MarketsProps) {
  const markets = useMarketIds()
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1.5">
      <legend className="mb-1 text-muted text-xs">{t('Markets')}</legend>
      <Checkbox checked={chosen === null} onChange={(all) => onChange(all ? null : markets.slice(0, 1))}>
        {t('All markets')}
      </Checkbox>
      {chosen !== null &&
        markets.map((market) => (
          <Checkbox
            key={market}
            checked={chosen.includes(market)}
            onChange={(on) => onChange(on ? [...chosen, market] : chosen.filter((one) => one !== market))}
          >
            {market}
          </Checkbox>
        ))}
    </fieldset>
  )
}
