import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#app/data/trpc.ts'
import type { Outcome } from '#app/wallet/transact.ts'

/** Sends one request at a time; what stands in its way is kept until the next. The pool's figures are asked for anew after it. */
export function useRequest() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const send = async (request: () => Promise<Outcome>): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setFailure(null)
    const outcome = await request()
    setBusy(false)
    void queryClient.invalidateQueries({ queryKey: trpc.pool.pathKey() })
    if (outcome.kind === 'failed') setFailure(outcome.error.message)
    return outcome.kind === 'confirmed'
  }
  return { busy, failure, send }
}
