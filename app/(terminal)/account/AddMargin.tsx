'use client'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { IconButton } from '#app/ui/Button.tsx'
import type { MarketId } from '#server/exchange/schema.ts'
import { Transfer } from '../transfers/Transfer.tsx'
import { useSubAccount } from './use-portfolio.ts'

/** Moves the liquidation price of a position away: collateral from the wallet or another sub-account. */
export function AddMargin({ market }: { market: MarketId }) {
  const subAccount = useSubAccount()
  const [open, setOpen] = useState(false)
  if (subAccount == null) return null
  return (
    <>
      <IconButton
        size="sm"
        className="!h-5 -my-1.5 ml-1 align-middle"
        label={t('Add margin to {market}', { market })}
        onClick={() => setOpen(true)}
      >
        <Plus aria-hidden className="size-3" />
      </IconButton>
      {open && <Transfer from="wallet" to={subAccount.id} onClose={() => setOpen(false)} />}
    </>
  )
}
