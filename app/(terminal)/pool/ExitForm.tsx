'use client'
import { type FormEvent, useState } from 'react'
import { ownAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { formatUsd } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { formatUnits, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { PoolDto } from '#server/exchange/pool-schema.ts'
import { quoteText, toQuote } from '../account/decimal.ts'
import { amountText, requestExit } from './actions.ts'
import { durationText } from './duration.ts'
import { Failure } from './Failure.tsx'
import { type PoolValue, worthOf } from './pool-figures.ts'
import { usePool, usePoolPosition } from './use-pool.ts'
import { useRequest } from './use-request.ts'

type ExitFormProps = { authority: string; value: PoolValue | null; terms: PoolDto['terms'] }

/** Sets shares aside to be paid after the cooldown. */
export function ExitForm({ authority, value, terms }: ExitFormProps) {
  const position = usePoolPosition().data
  const idle = usePool().data?.idle
  const [text, setText] = useState('')
  const { busy, failure, send } = useRequest()
  const held = position === undefined ? null : toQuote(position.shares)
  const { shares, problem } = checkShares(text, held)
  const worth = shares === null || value === null ? null : worthOf(shares, value)
  const isShort = worth !== null && idle !== undefined && worth > toQuote(idle)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (shares !== null && (await send(() => requestExit(ownAccount(authority), shares)))) setText('')
  }

  return (
    <form className="grid gap-3" aria-label={t('Leave the pool')} onSubmit={(event) => void submit(event)}>
      <NumberField
        label={t('Shares')}
        value={text}
        onChange={setText}
        decimals={QUOTE_DECIMALS}
        step="100"
        placeholder="0"
        error={problem ?? undefined}
        suffix={
          <Button
            size="sm"
            variant="outline"
            disabled={held === null || held === 0n}
            onClick={() => setText(held === null ? '' : formatUnits(held, QUOTE_DECIMALS))}
          >
            {t('Max')}
          </Button>
        }
      />
      <KeyValueList className="text-xs">
        <KeyValue label={t('Your shares')}>{held === null ? '…' : amountText(held)}</KeyValue>
        <KeyValue
          label={t('Pays, about')}
          title={t('The lower of what they are worth at the request and when it is paid')}
        >
          {worth === null ? '…' : formatUsd(quoteText(worth))}
        </KeyValue>
        <KeyValue label={t('Paid after')}>{durationText(terms.exitCooldownS)}</KeyValue>
        <KeyValue label={t('Goes to')}>{t('your account on the exchange')}</KeyValue>
      </KeyValueList>
      {isShort && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-warn text-xs">
          {t(
            'That is more than the pool has idle now, {idle}. Unless more becomes idle in time, the shares come back an hour after they were due.',
            { idle: formatUsd(idle) },
          )}
        </p>
      )}
      <p className="text-faint text-xs">{t('A request cannot be taken back.')}</p>
      <Failure>{failure}</Failure>
      <Button type="submit" variant="primary" size="lg" busy={busy} disabled={shares === null || terms.exitsPaused}>
        {terms.exitsPaused
          ? t('Exits are paused')
          : shares === null
            ? t('Request exit')
            : t('Leave with {amount} shares', { amount: amountText(shares) })}
      </Button>
    </form>
  )
}

/** What was typed as shares that the wallet has, or why it has not. */
function checkShares(text: string, held: bigint | null): { shares: bigint | null; problem: string | null } {
  if (text === '' || text === '.') return { shares: null, problem: null }
  const shares = parseUnits(text, QUOTE_DECIMALS)
  if (shares === 0n) return { shares: null, problem: null }
  if (held === null) return { shares: null, problem: t('Waiting for your shares…') }
  if (held === 0n) return { shares: null, problem: t('You have no shares of the pool.') }
  if (shares <= held) return { shares, problem: null }
  return { shares: null, problem: t('You have {amount} shares.', { amount: amountText(held) }) }
}
