'use client'
import { ChevronDown } from 'lucide-react'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Menu, MenuItem } from '#app/ui/Menu.tsx'
import type { MarketDto, PositionDto } from '#server/exchange/schema.ts'
import { requestClose, useCloseState } from './close-request.ts'

const FRACTIONS = [
  { bps: 2_500, label: word('Close 25\u202f%') },
  { bps: 5_000, label: word('Close 50\u202f%') },
  { bps: 10_000, label: word('Close all') },
] as const

/** Closing a share of a position, and turning it round. */
export function PositionActions({ position, market }: { position: PositionDto; market: MarketDto }) {
  const busy = useCloseState((state) => state.busy.includes(position.market))
  return (
    <span className="inline-flex gap-1">
      <Button
        size="sm"
        variant="outline"
        busy={busy}
        aria-label={t('Reverse {market}', { market: position.market })}
        onClick={() => requestClose(position, market, { kind: 'reverse', fractionBps: 10_000 })}
      >
        {t('Reverse')}
      </Button>
      <Menu
        label={t('Close {market}', { market: position.market })}
        align="end"
        disabled={busy}
        triggerClassName="h-6 border border-line-strong px-2 font-medium text-muted text-xs hover:bg-hover"
        trigger={
          <>
            {t('Close')} <ChevronDown aria-hidden className="size-3" />
          </>
        }
      >
        {FRACTIONS.map(({ bps, label }) => (
          <MenuItem key={bps} onClick={() => requestClose(position, market, { kind: 'close', fractionBps: bps })}>
            {t(label)}
          </MenuItem>
        ))}
      </Menu>
    </span>
  )
}
