'use client'
import { useQuery } from '@tanstack/react-query'
import { t, word } from '#app/i18n/t.ts'
import { useTRPC } from '../../data/trpc.ts'
import { formatAge, formatCount, formatLatency, NO_VALUE } from '../../ui/format.ts'
import { KeyValue, KeyValueList } from '../../ui/KeyValue.tsx'
import { Dot } from '../../ui/Tag.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

const PARTS = [
  { part: 'chain', name: word('Chain (RPC)') },
  { part: 'database', name: word('Database') },
  { part: 'indexer', name: word('Indexer') },
  { part: 'keeper', name: word('Keeper') },
] as const
const STATES = {
  ok: { tone: 'up', text: word('works') },
  late: { tone: 'warn', text: word('is late') },
  down: { tone: 'down', text: word('is down') },
} as const

/** How every part of this deployment is doing, and why one is not. */
export function PartsPanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.system.health.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel
      title={t('Parts')}
      asked={asked}
      aside={(data) => <Age at={data.at} say={(when) => t('seen {when}', { when })} />}
    >
      {(data) => (
        <KeyValueList className="px-3 text-xs">
          {PARTS.map(({ part, name }) => (
            <KeyValue key={part} label={t(name)}>
              <span className="inline-flex items-center gap-1.5">
                <Dot tone={STATES[data[part]].tone} />
                {data.reasons[part] ?? t(STATES[data[part]].text)}
              </span>
            </KeyValue>
          ))}
          <KeyValue label={t('Newest slot')}>{data.slot === null ? NO_VALUE : formatCount(data.slot)}</KeyValue>
          <KeyValue label={t('Indexer behind')}>
            {data.indexerLagMs === null ? NO_VALUE : formatLatency(data.indexerLagMs)}
          </KeyValue>
          {Object.entries(data.oracleAgeMs).map(([market, age]) => (
            <KeyValue key={market} label={t('Oracle price, {market}', { market })}>
              {age === null ? t('silent') : t('{age} old', { age: formatAge(age) })}
            </KeyValue>
          ))}
        </KeyValueList>
      )}
    </Panel>
  )
}
