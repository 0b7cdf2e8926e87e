'use client'
import { useState } from 'react'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { CONFIRMATIONS, type Confirmation, SLIPPAGE_BPS } from '#app/data/settings.ts'
import { t, word } from '#app/i18n/t.ts'
import { NumberField } from '#app/ui/Field.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { Row } from './Row.tsx'

const ASKS: Readonly<Record<Confirmation, string>> = {
  ticket: word('Orders of the ticket'),
  close: word('Closing and reversing a position'),
  quick: word('What keys and the command line trade'),
}

export function TradingSettings() {
  const confirm = useSettings((settings) => settings.confirm)
  const set = useSetSettings()
  return (
    <>
      <Slippage />
      <Row label={t('Ask before sending')} hint={t('What does not ask is sent at once; your wallet may still ask.')}>
        <div className="grid gap-2">
          {CONFIRMATIONS.map((name) => (
            <Checkbox
              key={name}
              checked={confirm[name]}
              onChange={(on) => set({ confirm: { ...confirm, [name]: on } })}
            >
              {t(ASKS[name])}
            </Checkbox>
          ))}
        </div>
      </Row>
    </>
  )
}

function Slippage() {
  const bps = useSettings((settings) => settings.slippageBps)
  const set = useSetSettings()
  const [typed, setTyped] = useState<string | null>(null)
  const isIn = (value: number): boolean => value >= SLIPPAGE_BPS.least && value <= SLIPPAGE_BPS.most
  const wanted = typed === null ? bps : Math.round(Number(typed) * 100)
  return (
    <Row
      label={t('Slippage limit')}
      hint={t(
        'No market order, and no close, fills further than this from the oracle price. The ticket shows the same figure.',
      )}
    >
      <NumberField
        label={t('At most')}
        value={typed ?? String(bps / 100)}
        onChange={(text) => {
          setTyped(text)
          const next = Math.round(Number(text) * 100)
          if (isIn(next)) set({ slippageBps: next })
        }}
        onBlur={() => setTyped(null)}
        decimals={2}
        step="0.05"
        suffix="%"
        error={isIn(wanted) ? undefined : t('Between 0.01 % and 5 %.')}
      />
    </Row>
  )
}
