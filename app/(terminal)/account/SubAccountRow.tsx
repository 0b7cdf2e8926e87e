'use client'
import { useState } from 'react'
import { useMarketList } from '#app/data/markets.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { formatUsd } from '#app/ui/format.ts'
import { Menu, MenuItem } from '#app/ui/Menu.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import type { Outcome } from '#app/wallet/transact.ts'
import { summarise } from '#client/math/index.ts'
import type { MarketDto, SubAccountDto } from '#server/exchange/schema.ts'
import { chooseSubAccount } from './choose-sub-account.ts'
import { quoteText } from './decimal.ts'
import { closeSubAccount, isolate } from './sub-account-actions.ts'
import { usePortfolioOf, useSubAccount } from './use-portfolio.ts'

type RowProps = { authority: string; subAccount: SubAccountDto; onMove: () => void }

/** One sub-account: what it is worth and holds, and what can be done with it. */
export function SubAccountRow({ authority, subAccount, onMove }: RowProps) {
  const chosen = useSubAccount()
  const { portfolio } = usePortfolioOf(subAccount)
  const [busy, setBusy] = useState(false)
  const { id, isolatedMarket, positions, orders, balances } = subAccount
  const isIdle = positions.length === 0 && orders.length === 0
  const isEmpty = isIdle && balances.every(({ amount }) => amount === '0')
  const own = { authority, subAccountId: id }
  const act = async (run: () => Promise<Outcome>): Promise<void> => {
    setBusy(true)
    await run().finally(() => setBusy(false))
  }
  return (
    <li aria-label={t('Sub-account {id}', { id })} className="grid gap-1.5 rounded-md bg-raised px-3 py-2.5">
      <div className="flex items-center gap-2">
        <b className="font-semibold text-md">{t('Sub-account {id}', { id })}</b>
        {isolatedMarket !== null && <Tag tone="plain">{t('{market} only', { market: isolatedMarket })}</Tag>}
        <span className="ml-auto font-medium">
          {portfolio === null ? '…' : formatUsd(quoteText(summarise(portfolio).equity))}
        </span>
      </div>
      <p className="text-faint text-xs">
        {t(
          '{positions, plural, one {# position} other {# positions}}, {orders, plural, one {# open order} other {# open orders}}',
          { positions: positions.length, orders: orders.length },
        )}
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        <Button
          size="sm"
          variant={chosen?.id === id ? 'raised' : 'outline'}
          disabled={chosen?.id === id}
          onClick={() => chooseSubAccount(authority, id)}
        >
          {t(chosen?.id === id ? 'In use' : 'Use')}
        </Button>
        <Button size="sm" variant="outline" onClick={onMove}>
          {t('Move funds')}
        </Button>
        <IsolationMenu
          isolatedMarket={isolatedMarket}
          disabled={!isIdle || busy}
          onChange={(market) => void act(() => isolate(own, market))}
        />
        <Button
          size="sm"
          variant="danger"
          className="ml-auto"
          disabled={!isEmpty}
          busy={busy}
          title={isEmpty ? undefined : t('It must hold nothing: close its positions and move its collateral first')}
          onClick={() => void act(() => closeSubAccount(own))}
        >
          {t('Close')}
        </Button>
      </div>
    </li>
  )
}

type IsolationProps = {
  isolatedMarket: string | null
  disabled: boolean
  onChange: (market: MarketDto | null) => void
}

/** What it may trade; the program lets that change only while it has neither positions nor orders. */
function IsolationMenu({ isolatedMarket, disabled, onChange }: IsolationProps) {
  const markets = useMarketList().data ?? []
  return (
    <Menu
      label={t('What it may trade')}
      disabled={disabled}
      triggerClassName="h-6 border border-line-strong px-2 font-medium text-muted text-xs hover:bg-hover disabled:opacity-45"
      trigger={t(isolatedMarket === null ? 'Lock to a market' : 'Unlock')}
    >
      {isolatedMarket !== null && <MenuItem onClick={() => onChange(null)}>{t('All markets')}</MenuItem>}
      {markets
        .filter(({ market }) => market !== isolatedMarket)
        .map((market) => (
          <MenuItem key={market.market} onClick={() => onChange(market)}>
            {t('Only {market}', { market: market.market })}
          </MenuItem>
        ))}
    </Menu>
  )
}
