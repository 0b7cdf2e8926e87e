'use client'
import { useQuery } from '@tanstack/react-query'
import { t, word } from '#app/i18n/t.ts'
import { type Outputs, useTRPC } from '../../data/trpc.ts'
import { cx } from '../../ui/cx.ts'
import { formatDateTime, formatPercent, NO_VALUE } from '../../ui/format.ts'
import { Table, Td, Th } from '../../ui/Table.tsx'
import { Panel } from './Panel.tsx'

type Uptime = Outputs['system']['uptime']
type Part = Uptime['parts'][number]
type Day = Part['days'][number]

const REFRESH_MS = 60_000
const DAY_MS = 86_400_000
const DAYS = 90
/** As many bars as a phone has room for. */
const PHONE_DAYS = 30
const GOOD = 0.999
const POOR = 0.95

const NAMES: Record<Part['part'], string> = {
  chain: word('Chain (RPC)'),
  database: word('Database'),
  prices: word('Oracle prices'),
  indexer: word('Indexer'),
  keeper: word('Keeper'),
}
const WINDOWS = [
  { key: 'day', label: word('24 h'), hours: 24 },
  { key: 'week', label: word('7 d'), hours: 168 },
  { key: 'quarter', label: word('90 d'), hours: 2_160 },
] as const

/** How much of the time each part was found working, by checks of every second. */
export function UptimePanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.system.uptime.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel
      title={t('Measured uptime')}
      asked={asked}
      aside={({ since }) => since !== null && <span>{t('since {time}', { time: formatDateTime(since) })}</span>}
    >
      {({ parts, since }) =>
        since === null ? (
          <p className="px-3 text-faint text-xs">
            {t('Not measured yet. Every part is checked once a second; the first figures come within a minute.')}
          </p>
        ) : (
          <>
            <Table label={t('Uptime by part')}>
              <thead>
                <tr>
                  <Th>{t('Part')}</Th>
                  {WINDOWS.map(({ key, label }) => (
                    <Th key={key}>{t(label)}</Th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {parts.map((part) => (
                  <PartRows key={part.part} part={part} />
                ))}
              </tbody>
            </Table>
            <p className="px-3 pt-2 text-2xs text-faint">
              {t(
                'Share of checks in which the part worked, late or not. Hours without a check, for example while this server was off, count neither way. Each bar is a day, today at the right.',
              )}
            </p>
          </>
        )
      }
    </Panel>
  )
}

function PartRows({ part }: { part: Part }) {
  return (
    <tr>
      <Td className="h-auto! py-1.5">
        <span className="grid gap-1">
          {t(NAMES[part.part])}
          <DayBars days={part.days} />
        </span>
      </Td>
      {WINDOWS.map(({ key, hours }) => {
        const { uptime, measuredHours, down } = part[key]
        return (
          <Td
            key={key}
            className={cx('h-auto!', uptime !== null && uptime < GOOD && (uptime < POOR ? 'text-down' : 'text-warn'))}
            title={t('Measured in {measured} of {hours} hours; {down} checks found it down', {
              measured: measuredHours,
              hours,
              down,
            })}
          >
            {uptime === null ? NO_VALUE : shareText(uptime)}
          </Td>
        )
      })}
    </tr>
  )
}

/** Rounded down: what failed once is not 100 %. */
const shareText = (share: number): string => formatPercent((Math.floor(share * 10_000) / 10_000).toFixed(4), 2)

/** A bar for each day, today at the right. The figures beside it say it in words. */
function DayBars({ days }: { days: readonly Day[] }) {
  const byDay = new Map(days.map((day) => [day.at, day]))
  const today = Math.max(...byDay.keys())
  return (
    <span aria-hidden className="flex h-3 w-full max-w-72 gap-px">
      {Array.from({ length: DAYS }, (_, at) => today - (DAYS - 1 - at) * DAY_MS).map((begin) => (
        <i
          key={begin}
          className={cx(
            'min-w-0 flex-1 rounded-[1px]',
            begin <= today - PHONE_DAYS * DAY_MS && 'max-md:hidden',
            barColor(byDay.get(begin)),
          )}
        />
      ))}
    </span>
  )
}

function barColor(day: Day | undefined): string {
  if (day === undefined) return 'bg-line'
  const share = (day.ok + day.late) / (day.ok + day.late + day.down)
  return share >= GOOD ? 'bg-up' : share >= POOR ? 'bg-warn' : 'bg-down'
}
