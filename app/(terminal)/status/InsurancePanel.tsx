'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/trpc.ts'
import { formatDateTime, formatUsd } from '../../ui/format.ts'
import { KeyValue, KeyValueList } from '../../ui/KeyValue.tsx'
import { Table, Td, Th } from '../../ui/Table.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

/** The insurance fund, and who bore the losses that accounts could not pay. */
export function InsurancePanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.insurance.get.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel title="Insurance fund" asked={asked} aside={(data) => <Age at={data.updatedAt} of="changed" />}>
      {(data) => (
        <>
          <KeyValueList className="px-3 pb-2 text-xs">
            <KeyValue label="Balance">{formatUsd(data.balance)}</KeyValue>
            <KeyValue label="Kept for the largest losses">{formatUsd(data.floor)}</KeyValue>
          </KeyValueList>
          {data.losses.length === 0 ? (
            <p className="px-3 text-faint text-xs">No account has lost more than it had.</p>
          ) : (
            <Table label="Covered losses">
              <thead>
                <tr>
                  <Th>Market</Th>
                  <Th>Loss</Th>
                  <Th>Insurance</Th>
                  <Th>Pool</Th>
                  <Th>Traders</Th>
                  <Th>Open</Th>
                  <Th>Time</Th>
                </tr>
              </thead>
              <tbody>
                {data.losses.map((loss) => (
                  <tr key={loss.id}>
                    <Td>{loss.market}</Td>
                    <Td>{formatUsd(loss.loss)}</Td>
                    <Td>{formatUsd(loss.insurance)}</Td>
                    <Td>{formatUsd(loss.pool)}</Td>
                    <Td>{formatUsd(loss.socialised)}</Td>
                    <Td>{formatUsd(loss.deficit)}</Td>
                    <Td>{formatDateTime(loss.at)}</Td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )}
        </>
      )}
    </Panel>
  )
}
