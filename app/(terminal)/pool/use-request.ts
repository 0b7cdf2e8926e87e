import { useState } from 'react'
import type { Outcome } from '#app/wallet/transact.ts'

/** Sends one request at a time; what stands in its way is kept until the next. */
export function useRequest() {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const send = async (request: () => Promise<Outcome>): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setFailure(null)
    const outcome = await request()
    setBusy(false)
    if (outcome.kind === 'failed') setFailure(outcome.error.message)
    return outcome.kind === 'confirmed'
  }
  return { busy, failure, send }
}
