'use client'
import { type FormEvent, useState } from 'react'
import { ownAccount } from '#app/data/own-account.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { formatUsd } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import { quoteText } from '../account/decimal.ts'
import { useSubAccount } from '../account/use-portfolio.ts'
import { checkAmount } from '../transfers/amount.ts'
import { Faucet } from '../transfers/Faucet.tsx'
import { useFunds } from '../transfers/places.ts'
import { amountText, type DepositSource, requestDeposit } from './actions.ts'
import { Failure } from './Failure.tsx'
import { type PoolValue, sharePriceOf, sharesFor } from './pool-figures.ts'
import { useRequest } from './use-request.ts'

type DepositFormProps = { authority: string; value: PoolValue | null; isPaused: boolean }

const SOURCES = [
  { value: 'wallet', label: word('From the wallet') },
  { value: 'account', label: word('From the exchange') },
] as const satisfies readonly { value: DepositSource; label: string }[]

/** USDC of the wallet, or free USDC of the account on the exchange, for shares of the pool. */
export function DepositForm({ authority, value, isPaused }: DepositFormProps) {
  const subAccount = useSubAccount()
  const [source, setSource] = useState<DepositSource>('wallet')
  const [text, setText] = useState('')
  const { busy, failure, send } = useRequest()
  const from = source === 'wallet' ? source : (subAccount?.id ?? 0)
  const { held, limit } = useFunds(from, 'USDC')
  const hasAccount = subAccount != null
  const known = source === 'account' && !hasAccount ? { max: 0n, reason: null } : limit
  const { amount, problem } = checkAmount(text, 'USDC', known, from)
  const shares = amount === null || value === null ? null : sharesFor(amount, value)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (amount !== null && (await send(() => requestDeposit(ownAccount(authority), amount, source)))) setText('')
  }

  return (
    <form className="grid gap-3" aria-label={t('Deposit to the pool')} onSubmit={(event) => void submit(event)}>
      <Segmented
        dense
        label={t('Where the USDC comes from')}
        items={SOURCES.map(({ value: way, label }) => ({ value: way, label: t(label) }))}
        value={source}
        onChange={setSource}
      />
      <NumberField
        label={t('Amount')}
        value={text}
        onChange={setText}
        decimals={QUOTE_DECIMALS}
        step="100"
        placeholder="0"
        error={problem ?? undefined}
        hint={source === 'account' ? (limit?.reason ?? undefined) : undefined}
        suffix={
          <span className="flex items-center gap-1.5">
            USDC
            <Button
              size="sm"
              variant="outline"
              disabled={known === null || known.max === 0n}
              onClick={() => setText(known === null ? '' : formatUnits(known.max, QUOTE_DECIMALS))}
            >
              {t('Max')}
            </Button>
          </span>
        }
      />
      <KeyValueList className="text-xs">
        <KeyValue label={source === 'wallet' ? t('In your wallet') : t('On the exchange')}>
          {held === null ? '…' : formatUsd(quoteText(held))}
        </KeyValue>
        <KeyValue label={t('Share price now')}>
          {value === null ? '…' : formatUsd(sharePriceOf(value) ?? '1', { max: 6, min: 6 })}
        </KeyValue>
        <KeyValue
          label={t('Shares, about')}
          title={t('At the price of now. They are minted at the next one, if it is higher at that.')}
        >
          {shares === null ? '…' : amountText(shares)}
        </KeyValue>
      </KeyValueList>
      <Failure>{failure}</Failure>
      <Button type="submit" variant="primary" size="lg" busy={busy} disabled={amount === null || isPaused}>
        {isPaused
          ? t('Deposits are paused')
          : amount === null
            ? t('Request deposit')
            : t('Deposit {amount} USDC', { amount: amountText(amount) })}
      </Button>
      {source === 'wallet' && held === 0n && <Faucet />}
    </form>
  )
}
