'use client'
import { useMarket } from '#app/data/market.tsx'
import { t } from '#app/i18n/t.ts'
import { formatSize } from '#app/ui/format.ts'
import { Heads } from '#app/ui/Heads.tsx'
import { inOrder, useSorting } from '#app/ui/sorting.ts'
import { EmptyState } from '#app/ui/states.tsx'
import { SideBar, Table, Td, Th } from '#app/ui/Table.tsx'
import type { MarketDto, OrderDto, PositionDto } from '#server/exchange/schema.ts'
import { AddMargin } from './AddMargin.tsx'
import { PositionActions } from './PositionActions.tsx'
import { ProtectionButton } from './ProtectionButton.tsx'
import {
  BreakEvenPrice,
  EntryPrice,
  FundingCell,
  LeverageTag,
  LiquidationCell,
  MarkCell,
  ProfitCell,
  ValueCell,
} from './position-cells.tsx'
import { positionFigures } from './position-figures.ts'
import { type PositionColumn, positionKey } from './position-order.ts'
import { TableSkeleton } from './TableSkeleton.tsx'

type PositionsTableProps = {
  positions: readonly PositionDto[]
  /** Open orders of the account: among them what protects the positions. */
  orders: readonly OrderDto[]
  loading: boolean
}

/**
 * Open positions. Each figure that moves is its own cell with its own subscription; the table renders only when a fill or
 * an order changes it.
 */
export function PositionsTable({ positions, orders, loading }: PositionsTableProps) {
  const sorter = useSorting<PositionColumn>()
  if (loading) return <TableSkeleton />
  if (positions.length === 0) {
    return (
      <EmptyState title={t('No open positions')}>
        {t('An order that fills opens one. It shows here with its live profit.')}
      </EmptyState>
    )
  }
  return (
    <>
      <Table label={t('Positions')} className="max-md:hidden">
        <thead>
          <tr>
            <Heads
              sorter={sorter}
              heads={[
                { id: 'market', head: t('Market') },
                { id: 'size', head: t('Size') },
                { id: 'value', head: t('Value') },
                { id: 'entry', head: t('Entry') },
              ]}
            />
            <Th>{t('Break-even')}</Th>
            <Th>{t('Mark')}</Th>
            <Th>{t('Liquidation')}</Th>
            <Heads
              sorter={sorter}
              heads={[
                { id: 'pnl', head: 'PnL · ROE' },
                { id: 'funding', head: t('Funding') },
              ]}
            />
            <Th>TP / SL</Th>
            <Th>
              <span className="sr-only">{t('Actions')}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {inOrder(positions, sorter.sorted, positionKey).map((position) => (
            <PositionRow key={position.market} position={position} orders={orders} />
          ))}
        </tbody>
      </Table>
      <ul aria-label={t('Positions')} className="grid gap-2 p-3 md:hidden">
        {positions.map((position) => (
          <PositionCard key={position.market} position={position} orders={orders} />
        ))}
      </ul>
    </>
  )
}

type PositionProps = { position: PositionDto; orders: readonly OrderDto[] }

function PositionRow({ position, orders }: PositionProps) {
  const market = useMarket(position.market)
  if (market === undefined) return null
  const { side } = positionFigures(position)
  return (
    <tr aria-label={t('{market} position', { market: position.market })}>
      <Td>
        <SideBar side={side} />
        {position.market} <LeverageTag position={position} />
      </Td>
      <Td className={side === 'long' ? 'text-up' : 'text-down'}>{sizeOf(position, market)}</Td>
      <Td>
        <ValueCell position={position} />
      </Td>
      <Td>
        <EntryPrice position={position} market={market} />
      </Td>
      <Td>
        <BreakEvenPrice position={position} market={market} />
      </Td>
      <Td>
        <MarkCell market={position.market} />
      </Td>
      <Td>
        <LiquidationCell market={market} />
        <AddMargin market={position.market} />
      </Td>
      <Td>
        <ProfitCell position={position} />
      </Td>
      <Td>
        <FundingCell position={position} />
      </Td>
      <Td>
        <ProtectionButton position={position} orders={orders} market={market} />
      </Td>
      <Td>
        <PositionActions position={position} market={market} />
      </Td>
    </tr>
  )
}

/** The same on a phone: a card. */
function PositionCard({ position, orders }: PositionProps) {
  const market = useMarket(position.market)
  if (market === undefined) return null
  const { side } = positionFigures(position)
  return (
    <li className="grid gap-1.5 rounded-lg bg-raised px-3 py-2.5">
      <div className="flex items-center gap-2.5 text-md">
        <b className="font-semibold">{position.market}</b>
        <span className={side === 'long' ? 'text-up' : 'text-down'}>
          {side === 'long' ? 'Long' : 'Short'} {sizeOf(position, market).replace('\u2212', '')}
        </span>
        <span className="ml-auto font-semibold">
          <ProfitCell position={position} />
        </span>
      </div>
      <dl className="grid grid-cols-4 text-xs [&_dd]:font-medium [&_dd]:text-sm [&_dt]:text-faint">
        <div>
          <dt>{t('Entry')}</dt>
          <dd>
            <EntryPrice position={position} market={market} />
          </dd>
        </div>
        <div>
          <dt>{t('Mark')}</dt>
          <dd>
            <MarkCell market={position.market} />
          </dd>
        </div>
        <div>
          <dt>{t('Liq')}</dt>
          <dd>
            <LiquidationCell market={market} short />
            <AddMargin market={position.market} />
          </dd>
        </div>
        <div>
          <dt>{t('Funding')}</dt>
          <dd>
            <FundingCell position={position} />
          </dd>
        </div>
      </dl>
      <div className="flex items-center gap-2.5">
        <span className="mr-auto text-xs">
          <span className="text-faint">TP / SL </span>
          <ProtectionButton position={position} orders={orders} market={market} />
        </span>
        <PositionActions position={position} market={market} />
      </div>
    </li>
  )
}

const sizeOf = (position: PositionDto, market: MarketDto): string =>
  formatSize(position.base, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })
