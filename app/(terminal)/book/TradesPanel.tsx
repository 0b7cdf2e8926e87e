'use client'
import { t } from '../../i18n/t.ts'
import { PanelBar } from '../workspace/PanelBar.tsx'
import { Trades } from './Trades.tsx'

/** The latest trades, docked. */
export function TradesPanel({ market }: { market: string }) {
  return (
    <section aria-label={t('Trades')} className="flex h-full min-h-0 flex-col bg-panel">
      <PanelBar />
      <Trades market={market} />
    </section>
  )
}
