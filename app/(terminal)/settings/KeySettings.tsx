'use client'
import { TradingKeyPanel } from '../one-click/TradingKeyPanel.tsx'

export function KeySettings() {
  return (
    <div className="max-w-[480px]">
      <TradingKeyPanel />
    </div>
  )
}
