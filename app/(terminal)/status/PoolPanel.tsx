'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/trpc.ts'
import { formatNumber, formatUsd, signColor } from '../../ui/format.ts'
import { KeyValue, KeyValueList } from '../../ui/KeyValue.tsx'
import { Table, Td, Th } from '../../ui/Table.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

/** The liquidity pool: what takes the other side of the markets. */
export function PoolPanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.pool.get.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel title="Liquidity pool" asked={asked} aside={(data) => <Age at={data.updatedAt} of="changed" />}>
      {(data) => (
        <>
          <KeyValueList className="px-3 pb-2 text-xs">
            <KeyValue label="Idle">{formatUsd(data.idle)}</KeyValue>
            <KeyValue label="Deposits waiting for shares">{formatUsd(data.pendingDeposits)}</KeyValue>
            <KeyValue label="Shares">{formatNumber(data.shares)}</KeyValue>
          </KeyValueList>
          <Table label="Pool by market">
            <thead>
              <tr>
                <Th>Market</Th>
                <Th>Allocated</Th>
                <Th title="Base units, signed: what the pool holds against its traders">Position</Th>
                <Th>Cash from trades</Th>
              </tr>
            </thead>
            <tbody>
              {data.allocations.map(({ market, amount, base, quoteCash }) => (
                <tr key={market}>
                  <Td>{market}</Td>
                  <Td>{formatUsd(amount)}</Td>
                  <Td className={signColor(base)}>{formatNumber(base, { sign: true })}</Td>
                  <Td>{formatUsd(quoteCash)}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </>
      )}
    </Panel>
  )
}
