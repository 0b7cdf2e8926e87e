'use client'
import { Dialog } from '#app/ui/Dialog.tsx'
import { setOneClickOpen, useOneClickDialog } from './dialog-state.ts'
import { TradingKeyPanel } from './TradingKeyPanel.tsx'

export function OneClickDialog() {
  const open = useOneClickDialog((dialog) => dialog.open)
  return (
    <Dialog open={open} onOpenChange={setOneClickOpen} title="One-click trading" className="max-w-[440px]">
      <TradingKeyPanel />
    </Dialog>
  )
}
