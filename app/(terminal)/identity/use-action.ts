import { TRPCClientError } from '@trpc/client'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { WalletError } from '#app/wallet/errors.ts'
import { TransactionError } from '#app/wallet/transaction-error.ts'

/** Something that is being done and may be refused: the words of the refusal stay until it is tried again. */
export function useAction() {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true)
    setFailure(undefined)
    try {
      await action()
      return true
    } catch (error) {
      setFailure(reasonOf(error))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, failure, run }
}

/** Refusals of the server, the wallet and the chain are written for people; anything else is not. */
function reasonOf(error: unknown): string {
  const isForPeople = [TRPCClientError, WalletError, TransactionError].some((kind) => error instanceof kind)
  if (isForPeople && error instanceof Error) return error.message
  return t('This did not work. Try again.')
}
