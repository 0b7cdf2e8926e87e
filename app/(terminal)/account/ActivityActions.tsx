'use client'
import { ChevronDown } from 'lucide-react'
import { marketStore } from '#app/data/market.tsx'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { ConfirmButton } from '#app/ui/ConfirmButton.tsx'
import { Menu, MenuItem } from '#app/ui/Menu.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import type { MarketId, SubAccountDto } from '#server/exchange/schema.ts'
import { cancelAllOrders } from './actions.ts'
import { sendClose, useCloseState } from './close-request.ts'
import { ExportButton } from './ExportButton.tsx'
import type { ActivityTab } from './history.tsx'

type ActionsProps = { tab: ActivityTab; market: MarketId | null; subAccount: SubAccountDto | null }

/** What can be done with all rows of the tab at once. */
export function ActivityActions({ tab, market, subAccount }: ActionsProps) {
  const authority = useAuthority()
  if (subAccount === null) return null
  switch (tab) {
    case 'positions':
      return <CloseAll market={market} subAccount={subAccount} />
    case 'orders':
      return <CancelAll market={market} subAccount={subAccount} />
    case 'twap':
      return null
    case 'fills':
    case 'funding':
    case 'liquidations':
    case 'transfers':
      return authority === null ? null : <ExportButton kind={tab} market={market} authority={authority} />
  }
}

type AllProps = { market: MarketId | null; subAccount: SubAccountDto }

function CancelAll({ market, subAccount }: AllProps) {
  const orders = subAccount.orders.filter((order) => market === null || order.market === market)
  const markets = [...new Set(orders.map((order) => order.market))]
  if (orders.length === 0) return null
  const cancel = (only: MarketId | null): void => {
    const dto = only === null ? null : marketStore(only).get()
    const named = orders.filter((order) => only === null || order.market === only)
    const count = named.length
    const title =
      only === null
        ? t('{count, plural, one {Cancel the order} other {Cancel # orders}}', { count })
        : t('{count, plural, one {Cancel the order of {market}} other {Cancel # orders of {market}}}', {
            count,
            market: only,
          })
    if (dto !== undefined) void cancelAllOrders(title, dto, named)
  }
  if (markets.length === 1) {
    return (
      <Button size="sm" variant="danger" onClick={() => cancel(markets[0] ?? null)}>
        {t('Cancel all')}
      </Button>
    )
  }
  return (
    <Menu
      label={t('Cancel orders')}
      align="end"
      triggerClassName="h-6 px-2 font-medium text-down text-xs hover:bg-down-soft"
      trigger={
        <>
          {t('Cancel all')} <ChevronDown aria-hidden className="size-3" />
        </>
      }
    >
      <MenuItem onClick={() => cancel(null)}>{t('All markets ({count})', { count: orders.length })}</MenuItem>
      {markets.map((id) => (
        <MenuItem key={id} onClick={() => cancel(id)}>
          {id} ({orders.filter((order) => order.market === id).length})
        </MenuItem>
      ))}
    </Menu>
  )
}

/** Asks once for all, then sends one close per position. */
function CloseAll({ market, subAccount }: AllProps) {
  const busy = useCloseState((state) => state.busy)
  const positions = subAccount.positions.filter(
    ({ base, market: id }) => base !== '0' && (market === null || id === market),
  )
  if (positions.length === 0) return null
  const left = positions.filter((position) => !busy.includes(position.market))
  const closeAll = async (): Promise<void> => {
    for (const position of left) {
      const dto = marketStore(position.market).get()
      if (dto !== undefined) await sendClose(position, dto, { kind: 'close', fractionBps: 10_000 })
    }
  }
  return (
    <ConfirmButton
      size="sm"
      label={t('Close all')}
      question={t('Close {count, plural, one {it} other {all #}} now?', { count: left.length })}
      busy={left.length === 0}
      onConfirm={() => void closeAll()}
    />
  )
}
