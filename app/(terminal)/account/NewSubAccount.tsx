'use client'
import { type FormEvent, useState } from 'react'
import { useMarketList } from '#app/data/markets.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { formatUsd } from '#app/ui/format.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { checkAmount } from '../transfers/amount.ts'
import { useFunds } from '../transfers/places.ts'
import { chooseSubAccount } from './choose-sub-account.ts'
import { quoteText } from './decimal.ts'
import { openSubAccount } from './sub-account-actions.ts'
import { useSubAccount } from './use-portfolio.ts'

type NewProps = { authority: string; onDone: () => void }
const ALL = 'all'

/** Opens the next sub-account: for all markets or locked to one, with its first collateral out of the one in use. */
export function NewSubAccount({ authority, onDone }: NewProps) {
  const markets = useMarketList().data ?? []
  const source = useSubAccount()
  const [scope, setScope] = useState<string>(ALL)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const from = source?.id ?? 0
  const { limit } = useFunds(from, 'USDC')
  const { amount, problem } = checkAmount(text, 'USDC', limit, from)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (busy || problem !== null) return
    setBusy(true)
    setFailure(null)
    const isolated = markets.find(({ market }) => market === scope) ?? null
    const funding = amount === null ? null : { from: { authority, subAccountId: from }, amount }
    const { id, outcome } = await openSubAccount(authority, isolated, funding)
    setBusy(false)
    if (outcome.kind === 'failed') return setFailure(outcome.error.message)
    chooseSubAccount(authority, id)
    onDone()
  }

  return (
    <form className="grid gap-3" onSubmit={(event) => void submit(event)}>
      <div className="flex h-9 items-center rounded-md bg-raised px-2.5">
        <span className="text-faint">{t('May trade')}</span>
        <SelectMenu
          label={t('May trade')}
          align="end"
          value={scope}
          onChange={setScope}
          triggerClassName="ml-auto font-medium text-md"
          items={[
            { value: ALL, label: t('All markets') },
            ...markets.map(({ market }) => ({ value: market, label: t('Only {market}', { market }) })),
          ]}
        />
      </div>
      <NumberField
        label={t('First collateral')}
        value={text}
        onChange={setText}
        decimals={6}
        step="100"
        placeholder={t('none')}
        suffix="USDC"
        error={problem ?? undefined}
        hint={
          limit === null
            ? undefined
            : t('Out of sub-account {id}, which can spare {amount}. More can be moved at any time.', {
                id: from,
                amount: formatUsd(quoteText(limit.max)),
              })
        }
      />
      <p className="text-faint text-xs">
        {t('Opening one deposits about 0.02 SOL of rent with the chain, which closing it gives back.')}
      </p>
      {failure !== null && (
        <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
          {failure}
        </p>
      )}
      <div className="grid grid-cols-2 gap-2">
        <Button size="lg" onClick={onDone}>
          {t('Back')}
        </Button>
        <Button type="submit" variant="primary" size="lg" busy={busy} disabled={problem !== null}>
          {t('Open it')}
        </Button>
      </div>
    </form>
  )
}
