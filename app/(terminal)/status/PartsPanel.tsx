'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/trpc.ts'
import { formatAge, formatCount, formatLatency, NO_VALUE } from '../../ui/format.ts'
import { KeyValue, KeyValueList } from '../../ui/KeyValue.tsx'
import { Dot } from '../../ui/Tag.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

const PARTS = [
  { part: 'chain', name: 'Chain (RPC)' },
  { part: 'database', name: 'Database' },
  { part: 'indexer', name: 'Indexer' },
  { part: 'keeper', name: 'Keeper' },
] as const
const STATES = {
  ok: { tone: 'up', word: 'works' },
  late: { tone: 'warn', word: 'is late' },
  down: { tone: 'down', word: 'is down' },
} as const

/** How every part of this deployment is doing, and why one is not. */
export function PartsPanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.system.health.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel title="Parts" asked={asked} aside={(data) => <Age at={data.at} of="seen" />}>
      {(data) => (
        <KeyValueList className="px-3 text-xs">
          {PARTS.map(({ part, name }) => (
            <KeyValue key={part} label={name}>
              <span className="inline-flex items-center gap-1.5">
                <Dot tone={STATES[data[part]].tone} />
                {data.reasons[part] ?? STATES[data[part]].word}
              </span>
            </KeyValue>
          ))}
          <KeyValue label="Newest slot">{data.slot === null ? NO_VALUE : formatCount(data.slot)}</KeyValue>
          <KeyValue label="Indexer behind">
            {data.indexerLagMs === null ? NO_VALUE : formatLatency(data.indexerLagMs)}
          </KeyValue>
          {Object.entries(data.oracleAgeMs).map(([market, age]) => (
            <KeyValue key={market} label={`Oracle price, ${market}`}>
              {age === null ? 'silent' : `${formatAge(age)} old`}
            </KeyValue>
          ))}
        </KeyValueList>
      )}
    </Panel>
  )
}
