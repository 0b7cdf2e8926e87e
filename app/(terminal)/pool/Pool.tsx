'use client'
import { InsurancePanel } from '../status/InsurancePanel.tsx'
import { OfflineNotice } from '../status/OfflineNotice.tsx'
import { SolvencyPanel } from '../status/SolvencyPanel.tsx'
import { AboutPanel } from './AboutPanel.tsx'
import { ExposurePanel } from './ExposurePanel.tsx'
import { FIRST_WINDOW } from './first-window.ts'
import { OwnPanel } from './OwnPanel.tsx'
import { PoolForm } from './PoolForm.tsx'
import { PoolHeader } from './PoolHeader.tsx'
import { QueuePanel } from './QueuePanel.tsx'
import { SharePricePanel } from './SharePricePanel.tsx'
import { TermsPanel } from './TermsPanel.tsx'
import { type PoolSeed, usePool, usePoolHistory, usePoolRenewal, usePoolValue } from './use-pool.ts'

/** The liquidity pool: what it is worth, what it holds, how to enter and leave it, and what can go wrong. */
export function Pool({ seed }: { seed: PoolSeed }) {
  usePoolRenewal()
  const asked = usePool(seed.pool)
  const history = usePoolHistory(FIRST_WINDOW, seed.history).data
  const value = usePoolValue(asked.data, history)
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-px overflow-y-auto">
      <OfflineNotice />
      <PoolHeader value={value} apr={history === undefined ? undefined : history.apr} />
      <div className="grid grid-cols-1 gap-px lg:grid-cols-[minmax(0,1fr)_360px]">
        <div className="order-2 grid grid-cols-1 content-start gap-px lg:order-1">
          <SharePricePanel seed={seed.history} value={value} />
          <ExposurePanel pool={asked} />
          <QueuePanel seed={seed.queue} />
        </div>
        <div className="order-1 grid grid-cols-1 gap-px lg:order-2 lg:row-span-2 lg:grid-rows-[auto_auto_1fr]">
          <PoolForm pool={asked} value={value} />
          <OwnPanel value={value} />
          <TermsPanel pool={asked} />
        </div>
        <div className="order-3 grid grid-cols-1 content-start gap-px lg:grid-cols-2">
          <AboutPanel pool={asked.data} />
          <InsurancePanel />
          <SolvencyPanel />
        </div>
      </div>
    </div>
  )
}
