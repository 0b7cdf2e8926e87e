'use client'
import { useMemo } from 'react'
import { AccountPanel } from '../../account/AccountPanel.tsx'
import { Activity } from '../../account/Activity.tsx'
import { BookPanel } from '../../book/BookPanel.tsx'
import { TradesPanel } from '../../book/TradesPanel.tsx'
import { ChartPanel, type FirstCandles } from '../../chart/Chart.tsx'
import { DepthPanel } from '../../depth/DepthPanel.tsx'
import { MarketHeader } from '../../header/MarketHeader.tsx'
import { StaleFigures } from '../../status/StaleFigures.tsx'
import { Ticket } from '../../ticket/Ticket.tsx'
import { PanelBar } from '../../workspace/PanelBar.tsx'
import { Workspace } from '../../workspace/Workspace.tsx'

/** The market's figures, and below them the panels as the reader arranged them. */
export function DesktopTerminal({ market, firstCandles }: { market: string; firstCandles: FirstCandles | undefined }) {
  const panels = useMemo(
    () => ({
      chart: <ChartPanel market={market} first={firstCandles} />,
      depth: <DepthPanel market={market} />,
      book: <BookPanel market={market} />,
      trades: <TradesPanel market={market} />,
      ticket: (
        <>
          <PanelBar />
          <div className="min-h-0 flex-1 overflow-y-auto">
            <Ticket market={market} />
          </div>
        </>
      ),
      account: (
        <StaleFigures market={market} className="flex min-h-0 flex-1 flex-col">
          <AccountPanel />
        </StaleFigures>
      ),
      activity: (
        <StaleFigures market={market} className="flex min-h-0 flex-1 flex-col">
          <PanelBar onlyWithOthers />
          <Activity market={market} />
        </StaleFigures>
      ),
    }),
    [market, firstCandles],
  )
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-px">
      <MarketHeader market={market} />
      <Workspace panels={panels} />
    </div>
  )
}
