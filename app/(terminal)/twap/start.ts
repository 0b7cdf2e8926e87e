import { toast } from 'sonner'
import { serverNow } from '#app/data/connection.ts'
import { ownAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { useWallet } from '#app/wallet/store.ts'
import type { TwapTerms } from './model.ts'
import { addTwap } from './store.ts'

/** Writes a time-weighted order down; the tab that runs them sends its first slice. @returns whether there is one now. */
export function startTwap(terms: TwapTerms, title: string): boolean {
  const { address } = useWallet.getState()
  if (address === null) return false
  addTwap({
    ...terms,
    ...ownAccount(address),
    id: crypto.randomUUID(),
    startAt: serverNow(),
    seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    status: 'running',
    reason: null,
    detail: '',
    lastSlot: -1,
    sent: 0,
    filled: '0',
    quote: '0',
    failures: 0,
    current: null,
  })
  toast.success(title, {
    description: t('It runs. Its progress stands under TWAP, where it can be paused and cancelled.'),
  })
  return true
}
