'use client'
import Link from 'next/link'
import { useMarket } from '#app/data/market.tsx'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { formatPrice, formatSize, formatUsd, signColor } from '#app/ui/format.ts'
import { Heads } from '#app/ui/Heads.tsx'
import { inOrder, type SortKey, useSorting } from '#app/ui/sorting.ts'
import { EmptyState } from '#app/ui/states.tsx'
import { SideBar, Table, Td, Th } from '#app/ui/Table.tsx'
import { liquidationPrice } from '#client/math/index.ts'
import type { MarketDto, MarketId, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import { priceText, quoteText, toBase } from '../account/decimal.ts'
import { positionFigures, profitAt, valueAt } from '../account/position-figures.ts'
import { type PositionColumn, positionKey } from '../account/position-order.ts'
import { TableSkeleton } from '../account/TableSkeleton.tsx'
import { usePortfolioOf } from '../account/use-portfolio.ts'

/** Open positions of all sub-accounts, to look at: they are changed in the terminal. */
export function HeldPositions({ authority, market }: { authority: string; market: MarketId | null }) {
  const subAccounts = useUser(authority, (account) => account.subAccounts)
  const sorter = useSorting<HeldColumn>()
  if (subAccounts === undefined) return <TableSkeleton />
  const held = subAccounts.flatMap((subAccount) =>
    subAccount.positions
      .filter((position) => market === null || position.market === market)
      .map((position) => ({ subAccount, position })),
  )
  if (held.length === 0) {
    return (
      <EmptyState title={t('No open positions')}>
        {t('What the account holds shows here, with its live profit.')}
      </EmptyState>
    )
  }
  return (
    <div className="overflow-auto">
      <Table label={t('Positions')}>
        <thead>
          <tr>
            <Heads
              sorter={sorter}
              heads={[
                { id: 'market', head: t('Market') },
                { id: 'subAccount', head: t('Sub-account') },
                { id: 'size', head: t('Size') },
                { id: 'value', head: t('Value') },
                { id: 'entry', head: t('Entry') },
              ]}
            />
            <Th>{t('Oracle')}</Th>
            <Th>{t('Liquidation')}</Th>
            <Heads sorter={sorter} heads={[{ id: 'pnl', head: 'PnL' }]} />
          </tr>
        </thead>
        <tbody>
          {inOrder(held, sorter.sorted, keyOf).map(({ subAccount, position }) => (
            <Row key={`${subAccount.id}:${position.market}`} subAccount={subAccount} position={position} />
          ))}
        </tbody>
      </Table>
    </div>
  )
}

type HeldColumn = PositionColumn | 'subAccount'
type Held = { subAccount: SubAccountDto; position: PositionDto }

const keyOf = ({ subAccount, position }: Held, by: HeldColumn): SortKey =>
  by === 'subAccount' ? subAccount.id : positionKey(position, by)

type RowProps = Held

function Row({ subAccount, position }: RowProps) {
  const market = useMarket(position.market)
  return market === undefined ? null : <Position subAccount={subAccount} position={position} market={market} />
}

function Position({ subAccount, position, market }: RowProps & { market: MarketDto }) {
  const { portfolio, views } = usePortfolioOf(subAccount)
  const { params, baseSymbol } = market
  const figures = positionFigures(position)
  const oracle = views.get(market.market)?.price.price
  const price = (at: bigint | null | undefined): string =>
    formatPrice(at == null ? null : priceText(at), params.tickSize)
  const pnl = oracle === undefined ? null : formatUsd(quoteText(profitAt(figures, oracle)), { sign: true })
  const liquidation = portfolio === null ? null : answerOf(() => liquidationPrice(portfolio, market.market))
  return (
    <tr aria-label={t('{market} position of sub-account {id}', { market: market.market, id: subAccount.id })}>
      <Td>
        <SideBar side={figures.side} />
        <Link href={`/trade/${market.market}`} className="hover:underline">
          {market.market}
        </Link>
      </Td>
      <Td className="text-muted">
        {subAccount.isolatedMarket === null ? subAccount.id : t('{id} · isolated', { id: subAccount.id })}
      </Td>
      <Td className={figures.side === 'long' ? 'text-up' : 'text-down'}>
        {formatSize(position.base, params.stepSize, { suffix: ` ${baseSymbol}` })}
      </Td>
      <Td>{formatUsd(oracle === undefined ? null : quoteText(valueAt(toBase(position.base), oracle)))}</Td>
      <Td>{price(figures.entryPrice)}</Td>
      <Td>{price(oracle)}</Td>
      <Td>{portfolio !== null && liquidation === null ? t('none') : price(liquidation)}</Td>
      <Td className={signColor(pnl)}>{pnl ?? '…'}</Td>
    </tr>
  )
}
