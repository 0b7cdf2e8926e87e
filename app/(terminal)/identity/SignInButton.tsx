'use client'
import { useQueryClient } from '@tanstack/react-query'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import { WalletButton } from '#app/wallet/WalletButton.tsx'
import { Failure } from './Failure.tsx'
import { signIn } from './sign-in.ts'
import { useAction } from './use-action.ts'

/** Connecting shows a wallet to the page; signing in proves that it is yours. The second is asked for here alone. */
export function SignInButton() {
  const authority = useAuthority()
  const queries = useQueryClient()
  const { busy, failure, run } = useAction()
  if (authority === null) return <WalletButton />
  return (
    <div className="grid justify-items-start gap-2">
      <Button variant="primary" busy={busy} onClick={() => void run(() => signIn(authority, queries))}>
        {t('Sign in')}
      </Button>
      <Failure>{failure}</Failure>
    </div>
  )
}
