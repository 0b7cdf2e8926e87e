'use client'
import { t } from '#app/i18n/t.ts'
import { Dialog } from '#app/ui/Dialog.tsx'
import { setOneClickOpen, useOneClickDialog } from './dialog-state.ts'
import { TradingKeyPanel } from './TradingKeyPanel.tsx'

export function OneClickDialog() {
  const open = useOneClickDialog((dialog) => dialog.open)
  return (
    <Dialog open={open} onOpenChange={setOneClickOpen} title={t('One-click trading')} className="max-w-[440px]">
      <TradingKeyPanel />
    </Dialog>
  )
}
