'use client'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { cx } from '#app/ui/cx.ts'
import { formatNumber, formatUsd, NO_VALUE, signColor } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { ClusterNotice } from '#app/wallet/ClusterNotice.tsx'
import { useWallet } from '#app/wallet/store.ts'
import { type Portfolio, summarise } from '#client/math/index.ts'
import { formatUnits } from '#client/units.ts'
import { Transfer } from '../transfers/Transfer.tsx'
import { usePanel } from '../workspace/context.ts'
import { PanelBar } from '../workspace/PanelBar.tsx'
import { quoteText } from './decimal.ts'
import { free, marginUsed } from './portfolio.ts'
import { SubAccountSwitch } from './SubAccountSwitch.tsx'
import { usePortfolio } from './use-portfolio.ts'

/** Health of the connected account, and the way in and out of it. */
export function AccountPanel() {
  const connected = useWallet((wallet) => wallet.status === 'connected')
  const isDocked = usePanel() !== undefined
  const { portfolio, subAccount } = usePortfolio()
  const [transfer, setTransfer] = useState<'deposit' | 'withdrawal' | null>(null)
  const actions = (
    <>
      <SubAccountSwitch />
      <span className="flex gap-1.5">
        <Button size="sm" variant="outline" disabled={!connected} onClick={() => setTransfer('deposit')}>
          {t('Deposit')}
        </Button>
        <Button
          size="sm"
          variant="outline"
          disabled={!connected || subAccount == null}
          onClick={() => setTransfer('withdrawal')}
        >
          {t('Withdraw')}
        </Button>
      </span>
    </>
  )
  return (
    <section aria-label={t('Account')} className="flex min-h-0 flex-1 flex-col">
      {isDocked ? (
        <PanelBar>{actions}</PanelBar>
      ) : (
        <header className="flex items-center justify-between gap-2 px-3 pt-3">
          <h2 className="font-semibold">{t('Account')}</h2>
          {actions}
        </header>
      )}
      <div className="grid min-h-0 flex-1 content-start gap-2 overflow-y-auto p-3">
        <ClusterNotice />
        <MarginBar portfolio={portfolio} />
        <Figures portfolio={portfolio} />
      </div>
      {transfer !== null && (
        <Transfer
          from={transfer === 'deposit' ? 'wallet' : (subAccount?.id ?? 0)}
          to={transfer === 'deposit' ? (subAccount?.id ?? 0) : 'wallet'}
          onClose={() => setTransfer(null)}
        />
      )}
    </section>
  )
}

/** How much of the collateral carries risk already: near its end the account is near liquidation. */
function MarginBar({ portfolio }: { portfolio: Portfolio | null }) {
  const used = portfolio === null ? 0 : Number(marginUsed(portfolio, 'Initial')) / 100
  const danger = portfolio === null ? 0 : Number(marginUsed(portfolio, 'Maintenance')) / 100
  const tone = danger > 80 ? 'bg-down' : used > 80 ? 'bg-warn' : 'bg-up'
  return (
    // biome-ignore lint/a11y/useSemanticElements: the look of <meter> cannot be set the same in all browsers
    <div
      role="meter"
      aria-label={t('Margin used')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(used)}
      className="h-1.5 overflow-hidden rounded-full bg-line-strong"
    >
      <div className={cx('h-full transition-[width]', tone)} style={{ width: `${used}%` }} />
    </div>
  )
}

function Figures({ portfolio }: { portfolio: Portfolio | null }) {
  const summary = portfolio === null ? null : summarise(portfolio)
  const usd = (amount: bigint | undefined): string => (amount === undefined ? NO_VALUE : formatUsd(quoteText(amount)))
  const open = formatUsd(summary === null ? null : quoteText(summary.unrealisedPnl), { sign: true })
  return (
    <KeyValueList>
      <KeyValue label={t('Equity')} title={t('Collateral and open profit at oracle prices')}>
        {usd(summary?.equity)}
      </KeyValue>
      <KeyValue
        label={t('Free collateral')}
        title={t('What can carry new risk or be withdrawn, at the stricter prices of initial margin')}
      >
        {usd(portfolio === null ? undefined : free(portfolio))}
      </KeyValue>
      <KeyValue label={t('Open PnL')} className={signColor(open)}>
        {open}
      </KeyValue>
      <KeyValue
        label={t('Margin used')}
        title={t(
          'Initial margin as a share of collateral; above 100 % of the maintenance margin the account can be liquidated',
        )}
      >
        {portfolio === null
          ? NO_VALUE
          : formatNumber(formatUnits(marginUsed(portfolio, 'Initial'), 2), { max: 1, suffix: '\u202f%' })}
      </KeyValue>
      <KeyValue label={t('Leverage')} title={t('Value of all positions over equity')}>
        {summary?.leverage == null
          ? NO_VALUE
          : formatNumber(formatUnits(BigInt(summary.leverage), 4), { max: 2, min: 2, suffix: '×' })}
      </KeyValue>
    </KeyValueList>
  )
}
