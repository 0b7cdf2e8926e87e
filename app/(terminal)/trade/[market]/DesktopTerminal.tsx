'use client'
import { AccountPanel } from '../../account/AccountPanel.tsx'
import { ActivityTabs } from '../../account/ActivityTabs.tsx'
import { BookPanel } from '../../book/BookPanel.tsx'
import { ChartPanel, type FirstCandles } from '../../chart/Chart.tsx'
import { MarketHeader } from '../../header/MarketHeader.tsx'
import { StaleFigures } from '../../status/StaleFigures.tsx'
import { Ticket } from '../../ticket/Ticket.tsx'

/** Panels parted by one pixel: chart, book, activity at the left; ticket and account over the full height at the right. */
export function DesktopTerminal({ market, firstCandles }: { market: string; firstCandles: FirstCandles | undefined }) {
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_300px] grid-rows-[52px_minmax(300px,1fr)_300px_220px] gap-px max-lg:overflow-y-auto lg:grid-cols-[minmax(0,1fr)_268px_312px] lg:grid-rows-[52px_minmax(0,1fr)_clamp(160px,26vh,280px)]">
      <div className="col-span-full min-w-0">
        <MarketHeader market={market} />
      </div>
      <div className="col-start-1 row-start-2 min-w-0">
        <ChartPanel market={market} first={firstCandles} />
      </div>
      <div className="col-start-1 row-start-3 min-h-0 min-w-0 lg:col-start-2 lg:row-start-2">
        <BookPanel market={market} />
      </div>
      <aside
        aria-label="Order and account"
        className="col-start-2 row-span-3 row-start-2 flex min-h-0 flex-col overflow-y-auto bg-panel lg:col-start-3 lg:row-span-2"
      >
        <Ticket market={market} />
        <StaleFigures market={market} className="mt-auto">
          <AccountPanel />
        </StaleFigures>
      </aside>
      <StaleFigures
        market={market}
        className="col-start-1 row-start-4 flex min-h-0 min-w-0 flex-col bg-panel lg:col-span-2 lg:row-start-3"
      >
        <ActivityTabs market={market} />
      </StaleFigures>
    </div>
  )
}
