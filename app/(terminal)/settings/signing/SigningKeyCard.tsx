'use client'
import { useState } from 'react'
import { useNow } from '#app/data/clock.ts'
import { useUser } from '#app/data/user.ts'
import { rich, t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { formatAge, formatDateTime, formatNumber, formatUsd, NO_VALUE, shorten, zoneName } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Dot } from '#app/ui/Tag.tsx'
import { formatUnits } from '#client/units.ts'
import { Failure } from '../../identity/Failure.tsx'
import { useAction } from '../../identity/use-action.ts'
import { endServiceSigning } from './actions.ts'
import type { SigningKey } from './limits.ts'
import { SigningForm } from './SigningForm.tsx'

type CardProps = { signingKey: SigningKey; wallet: string; canSign: boolean; onChanged: () => Promise<unknown> }

const STATE = {
  requested: { tone: 'plain', words: word('The key is being made') },
  ready: { tone: 'warn', words: word('Your wallet has not allowed it yet, or has allowed another key since') },
  active: { tone: 'accent', words: word('On: the service signs within these limits') },
  expired: { tone: 'warn', words: word('Its time is over') },
  revoked: { tone: 'plain', words: word('Revoked') },
} as const

export function SigningKeyCard({ signingKey: key, wallet, canSign, onChanged }: CardProps) {
  const [isRenewed, setRenewed] = useState(false)
  const { busy, failure, run } = useAction()
  const subAccount = useUser(wallet, ({ subAccounts }) => subAccounts.find(({ id }) => id === key.subAccountId))
  const { tone, words } = STATE[key.state]
  const revoke = async (): Promise<void> => {
    await endServiceSigning({ authority: wallet, subAccountId: key.subAccountId }, key)
    await onChanged()
  }
  return (
    <li
      aria-label={t('Sub-account {id}', { id: key.subAccountId })}
      className="grid max-w-[480px] gap-2 rounded-md border border-line p-3"
    >
      <p className="flex items-center gap-2 font-medium">
        <Dot tone={tone} />
        {t(words)}
      </p>
      <Facts signingKey={key} />
      <Failure>{failure}</Failure>
      {isRenewed && subAccount !== undefined ? (
        <SigningForm
          wallet={wallet}
          offered={[subAccount]}
          signingKey={key}
          onCancel={() => setRenewed(false)}
          onDone={async () => {
            await onChanged()
            setRenewed(false)
          }}
        />
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button disabled={!canSign || subAccount === undefined} onClick={() => setRenewed(true)}>
            {key.state === 'active' ? t('Change limits or renew') : t('Allow it')}
          </Button>
          <ConfirmButton
            busy={busy}
            label={t('Revoke')}
            question={t('Revoke now?')}
            onConfirm={() => void run(revoke)}
          />
        </div>
      )}
      <p className="text-faint text-xs">
        {t(
          'Revoking stops it at once. Its SOL comes back by itself within a minute, then the key is destroyed; your wallet takes its right away on chain too. Open orders stay.',
        )}
      </p>
    </li>
  )
}

function Facts({ signingKey: { subAccountId, publicKey, limits, usedToday, chain } }: Pick<CardProps, 'signingKey'>) {
  const { markets, maxOrderNotional, maxDayNotional, maxDistanceBps, maxOrdersPerMinute, expiresAt } = limits
  const left = useNow((now) => (expiresAt > now ? formatAge(expiresAt - now) : null))
  return (
    <KeyValueList>
      <KeyValue label={t('Sub-account')}>#{subAccountId}</KeyValue>
      <KeyValue label={t('Key')}>
        <span title={publicKey ?? undefined} className="font-mono">
          {publicKey === null ? NO_VALUE : shorten(publicKey)}
        </span>
      </KeyValue>
      <KeyValue label={t('Until')}>
        {formatDateTime(expiresAt)} {zoneName(expiresAt)}
        {left !== null && <span className="text-faint"> · {t('{time} left', { time: left })}</span>}
      </KeyValue>
      <KeyValue label={t('Markets')}>{markets === null ? t('All markets') : markets.join(', ')}</KeyValue>
      <KeyValue label={t('One order up to')}>{formatUsd(maxOrderNotional)}</KeyValue>
      <KeyValue label={t('Used of 24 hours')}>{spent(formatUsd(usedToday), formatUsd(maxDayNotional))}</KeyValue>
      <KeyValue label={t('Limit worse than the oracle by')}>
        {t('at most {percent}', { percent: `${formatNumber(String(maxDistanceBps / 100))} %` })}
      </KeyValue>
      <KeyValue label={t('Orders a minute')}>{maxOrdersPerMinute}</KeyValue>
      <KeyValue label={t('Loss budget left')}>
        {chain === null ? NO_VALUE : spent(formatUsd(chain.lossBudgetLeft), formatUsd(chain.lossBudget))}
      </KeyValue>
      <KeyValue label={t('SOL for network fees')}>
        {chain === null ? NO_VALUE : formatNumber(formatUnits(BigInt(chain.lamports), 9), { max: 5, min: 2 })}
      </KeyValue>
    </KeyValueList>
  )
}

const spent = (rest: string, budget: string) =>
  rich('{rest} <of>of {budget}</of>', {
    rest,
    budget,
    of: (inner) => <span className="text-faint">{inner}</span>,
  })
