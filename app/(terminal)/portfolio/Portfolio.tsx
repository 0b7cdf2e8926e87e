'use client'
import { Share2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useNow } from '#app/data/clock.ts'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { ActivityPanel } from './ActivityPanel.tsx'
import { useWorth } from './account-worth.ts'
import { ByMarketPanel } from './ByMarketPanel.tsx'
import { CalendarPanel } from './CalendarPanel.tsx'
import { today } from './calendar.ts'
import { ExportMenu } from './ExportMenu.tsx'
import { Headline } from './Headline.tsx'
import { PerformancePanel } from './PerformancePanel.tsx'
import { performanceOf, samplesOf } from './performance.ts'
import { useHistory, useRange, useRenewals, useStatistics } from './queries.ts'
import { StatisticsPanel } from './StatisticsPanel.tsx'

const loadShare = () => import('./ShareDialog.tsx')
const MINUTE_MS = 60_000

/** Everything an account has made of its money. `renderedAt`: the server's clock, until the browser's is known. */
export function Portfolio({ authority, renderedAt }: { authority: string; renderedAt: number }) {
  useRenewals(authority)
  const [range] = useRange()
  const [sharing, setSharing] = useState(false)
  const share = useLoaded(loadShare, sharing)
  const timeZone = useSettings((settings) => settings.timeZone)
  // Once a minute: a live price moves the last point a hundred times more often than anyone can see.
  const now = useNow((ms) => Math.floor(ms / MINUTE_MS) * MINUTE_MS) ?? renderedAt
  const worth = useWorth(authority)
  const history = useHistory(authority, range)
  // Its points are an hour apart whatever the range is.
  const week = useHistory(authority, '7d')
  const statistics = useStatistics(authority, range)

  const samples = useMemo(
    () => (history.data === undefined ? [] : samplesOf(history.data, worth)),
    [history.data, worth],
  )
  const performance = useMemo(() => performanceOf(samples), [samples])
  const ofToday = useMemo(() => {
    if (week.data === undefined) return null
    const midnight = today(now, timeZone)
    const { points } = week.data
    const before = points.findLastIndex(({ at }) => today(at, timeZone) < midnight)
    return performanceOf(samplesOf({ ...week.data, points: points.slice(Math.max(0, before)) }, worth))
  }, [week.data, worth, now, timeZone])

  return (
    <div className="grid min-h-0 flex-1 auto-rows-max grid-cols-1 content-start gap-px overflow-y-auto lg:grid-cols-[minmax(0,1fr)_420px]">
      <div className="lg:col-span-2">
        <Headline
          equity={worth?.equity ?? null}
          today={ofToday}
          performance={performance}
          statistics={statistics.data?.[0]}
          actions={
            <>
              <Button disabled={performance === null} onClick={() => setSharing(true)}>
                <Share2 aria-hidden className="size-3.5" />
                {t('Share')}
              </Button>
              <ExportMenu authority={authority} now={now} />
            </>
          }
        />
      </div>
      <PerformancePanel asked={history} samples={samples} />
      <StatisticsPanel asked={statistics} performance={performance} since={samples[0]?.at ?? null} until={now} />
      <CalendarPanel authority={authority} now={now} />
      <ByMarketPanel asked={statistics} />
      <div className="lg:col-span-2">
        <ActivityPanel authority={authority} />
      </div>
      {sharing && share !== undefined && performance !== null && (
        <share.ShareDialog
          authority={authority}
          range={range}
          samples={samples}
          performance={performance}
          statistics={statistics.data?.[0]}
          onClose={() => setSharing(false)}
        />
      )}
    </div>
  )
}
