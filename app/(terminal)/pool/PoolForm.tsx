'use client'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { ConnectDialog } from '#app/wallet/ConnectDialog.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import { Panel } from '../status/Panel.tsx'
import { DepositForm } from './DepositForm.tsx'
import { ExitForm } from './ExitForm.tsx'
import type { PoolValue } from './pool-figures.ts'
import type { usePool } from './use-pool.ts'

type PoolFormProps = { pool: ReturnType<typeof usePool>; value: PoolValue | null }

/** Asks to enter the pool or to leave it. */
export function PoolForm({ pool, value }: PoolFormProps) {
  const authority = useAuthority()
  const [way, setWay] = useState<'deposit' | 'exit'>('deposit')
  return (
    <Panel title={t('Enter or leave')} asked={pool}>
      {({ terms }) => (
        <div className="grid gap-3 px-3">
          <Segmented
            label={t('What to do')}
            value={way}
            onChange={setWay}
            items={[
              { value: 'deposit', label: t('Deposit') },
              { value: 'exit', label: t('Leave') },
            ]}
          />
          {authority === null ? (
            <Connect />
          ) : way === 'deposit' ? (
            <DepositForm authority={authority} value={value} isPaused={terms.depositsPaused} />
          ) : (
            <ExitForm authority={authority} value={value} terms={terms} />
          )}
        </div>
      )}
    </Panel>
  )
}

function Connect() {
  const [choosing, setChoosing] = useState(false)
  return (
    <>
      <p className="text-muted">{t('Shares belong to a wallet, and so does what they pay.')}</p>
      <Button variant="primary" size="lg" onClick={() => setChoosing(true)}>
        {t('Connect a wallet')}
      </Button>
      <ConnectDialog open={choosing} onOpenChange={setChoosing} />
    </>
  )
}
