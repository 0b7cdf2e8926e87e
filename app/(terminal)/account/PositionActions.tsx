'use client'
import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { Button } from '#app/ui/Button.tsx'
import { Menu, MenuItem } from '#app/ui/Menu.tsx'
import type { MarketDto, PositionDto } from '#server/exchange/schema.ts'
import { closePosition, planClose, reversePosition } from './actions.ts'
import { ConfirmClose, type Intent } from './ConfirmClose.tsx'
import { useTradingPreferences } from './preferences.ts'
import { closeSlippageBps } from './slippage.ts'

const FRACTIONS = [
  { bps: 2_500, label: 'Close 25\u202f%' },
  { bps: 5_000, label: 'Close 50\u202f%' },
  { bps: 10_000, label: 'Close all' },
] as const

/** Closing and reversing, asked about first unless the trader has said not to. */
export function PositionActions({ position, market }: { position: PositionDto; market: MarketDto }) {
  const [asked, setAsked] = useState<Intent | null>(null)
  const [busy, setBusy] = useState(false)
  const confirm = useTradingPreferences((preferences) => preferences.confirmClose)

  const run = async (intent: Intent): Promise<void> => {
    setAsked(null)
    const plan = planClose(position, market, intent.fractionBps, closeSlippageBps())
    // Without a price there is no limit to set; the dialog says so and waits.
    if (plan === null) return setAsked(intent)
    setBusy(true)
    await (intent.kind === 'reverse'
      ? reversePosition(position, market, plan)
      : closePosition(position, market, intent.fractionBps, plan))
    setBusy(false)
  }
  const start = (intent: Intent): void => {
    if (confirm) setAsked(intent)
    else void run(intent)
  }

  return (
    <span className="inline-flex gap-1">
      <Button
        size="sm"
        variant="outline"
        busy={busy}
        aria-label={`Reverse ${position.market}`}
        onClick={() => start({ kind: 'reverse', fractionBps: 10_000 })}
      >
        Reverse
      </Button>
      <Menu
        label={`Close ${position.market}`}
        align="end"
        disabled={busy}
        triggerClassName="h-6 border border-line-strong px-2 font-medium text-muted text-xs hover:bg-hover"
        trigger={
          <>
            Close <ChevronDown aria-hidden className="size-3" />
          </>
        }
      >
        {FRACTIONS.map(({ bps, label }) => (
          <MenuItem key={bps} onClick={() => start({ kind: 'close', fractionBps: bps })}>
            {label}
          </MenuItem>
        ))}
      </Menu>
      {asked !== null && (
        <ConfirmClose
          position={position}
          market={market}
          intent={asked}
          onCancel={() => setAsked(null)}
          onConfirm={() => void run(asked)}
        />
      )}
    </span>
  )
}
