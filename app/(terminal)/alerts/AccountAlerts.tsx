'use client'
import { useState } from 'react'
import { t, word } from '#app/i18n/t.ts'
import { NumberField } from '#app/ui/Field.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import type { Levels } from './model.ts'
import { isLevels, setWatched, useAlerts } from './store.ts'

const NAMES = [word('Notice'), word('Warning'), word('Alarm')] as const
const textOf = (levels: Levels): string[] => levels.map((level) => String(level / 100))

/** Fills, and how near to liquidation is worth a word. */
export function AccountAlerts() {
  const { liquidation, levels, fills } = useAlerts()
  const [typed, setTyped] = useState<readonly string[] | null>(null)
  const shown = typed ?? textOf(levels)
  const wanted = shown.map((text) => Math.round(Number(text) * 100))
  const isSound = isLevels(wanted)
  const change = (at: number, text: string): void => {
    const next = shown.map((known, index) => (index === at ? text : known))
    const bps = next.map((known) => Math.round(Number(known) * 100))
    setTyped(next)
    if (isLevels(bps)) setWatched({ levels: bps })
  }
  return (
    <section aria-label={t('Your account')} className="grid gap-2 border-line border-t pt-3">
      <Checkbox checked={fills} onChange={(on) => setWatched({ fills: on })}>
        {t('Tell of fills')}
      </Checkbox>
      <Checkbox checked={liquidation} onChange={(on) => setWatched({ liquidation: on })}>
        {t('Warn of liquidation, by the distance of the price from it')}
      </Checkbox>
      {liquidation && (
        <div className="grid gap-1">
          <div className="grid grid-cols-3 gap-2">
            {NAMES.map((name, at) => (
              <NumberField
                key={name}
                dense
                label={t(name)}
                aria-invalid={!isSound || undefined}
                value={shown[at] ?? ''}
                onChange={(text) => change(at, text)}
                onBlur={() => setTyped(null)}
                decimals={1}
                step="1"
                suffix="%"
              />
            ))}
          </div>
          <p className={isSound ? 'text-faint text-xs' : 'text-down text-xs'}>
            {isSound
              ? t(
                  'Coming nearer is told at once, the alarm every minute while it lasts. A level is told of again only after the price has gone a fifth further away.',
                )
              : t('From the far one to the near one, between 0.1 % and 50 %.')}
          </p>
        </div>
      )}
    </section>
  )
}
