'use client'
import { useState } from 'react'
import { useSystemConfig } from '#app/data/system.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { fundOnLocalnet } from '#app/wallet/faucet.ts'
import { useAuthority } from '#app/wallet/store.ts'

/** On localnet anyone may have more test funds. */
export function Faucet() {
  const config = useSystemConfig()
  const authority = useAuthority()
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({ busy: false, problem: null })
  if (config?.features.faucet !== true || authority === null) return null
  const fund = async (): Promise<void> => {
    setState({ busy: true, problem: null })
    const problem = await fundOnLocalnet(authority).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    setState({ busy: false, problem })
  }
  return (
    <div className="grid gap-1 border-line border-t pt-3">
      <Button variant="ghost" busy={state.busy} onClick={() => void fund()}>
        {t('Get 10 000 test USDC and 10 SOL')}
      </Button>
      {state.problem !== null && (
        <p role="alert" className="text-down text-xs">
          {state.problem}
        </p>
      )}
    </div>
  )
}
