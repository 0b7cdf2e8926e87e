'use client'
import { Check } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { ownAccount } from '#app/data/own-account.ts'
import { useSystemConfig } from '#app/data/system.ts'
import { onUserMessage, useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { cx } from '#app/ui/cx.ts'
import { useWalletBalances } from '#app/wallet/balances.ts'
import { ConnectDialog } from '#app/wallet/ConnectDialog.tsx'
import { DEV_WALLET_NAME } from '#app/wallet/dev-wallet.ts'
import { FAUCET, fundOnLocalnet } from '#app/wallet/faucet.ts'
import { connectWallet, wantBridge } from '#app/wallet/session.ts'
import { useWallet } from '#app/wallet/store.ts'
import type { AccountDto } from '#server/exchange/schema.ts'
import { deposit } from '../transfers/transfer.ts'

/** What the guided first deposit puts in; the rest of the faucet's funds stay in the wallet. */
const FIRST_DEPOSIT = FAUCET.usdc / 2n

/** In any of its sub-accounts: an empty second one is no first visit. */
const hasCollateral = ({ subAccounts }: AccountDto): boolean =>
  subAccounts.some(({ balances }) => balances.some(({ amount }) => amount !== '0'))

/** Leads from a first visit to a first trade on localnet; gone once the account holds collateral. */
export function Onboarding() {
  const config = useSystemConfig()
  const status = useWallet((wallet) => wallet.status)
  const address = useWallet((wallet) => wallet.address)
  const walletBalances = useWalletBalances()
  const held = useUser(address, hasCollateral)

  const connected = status === 'connected' && address !== null
  if (config === undefined || !config.features.faucet || status === 'restoring') return null
  if (connected && held !== false) return null
  const funded = (walletBalances?.usdc ?? 0n) >= FIRST_DEPOSIT
  const current = !connected ? 'wallet' : !funded ? 'funds' : 'deposit'

  return (
    <section aria-label={t('First steps')} className="grid gap-2.5 rounded-md border border-line-strong bg-raised p-3">
      <h2 className="flex items-baseline justify-between font-semibold text-md">
        {t('Start with test funds')}
        <span className="font-normal text-faint text-xs">{t('no real money')}</span>
      </h2>
      <ol className="grid gap-2">
        <Step label={t('Make a wallet in this browser')} done={connected} current={current === 'wallet'}>
          <StepButton
            label={t('Create dev wallet')}
            onIntent={wantBridge}
            run={async () => {
              await connectWallet(DEV_WALLET_NAME)
            }}
          />
          <OtherWallet />
        </Step>
        <Step label={t('Get 10 000 test USDC and 10 SOL')} done={connected && funded} current={current === 'funds'}>
          <StepButton label={t('Get test funds')} run={() => fundOnLocalnet(address ?? '')} />
        </Step>
        <Step label={t('Deposit 5 000 USDC as collateral')} done={false} current={current === 'deposit'}>
          <StepButton label={t('Deposit')} run={() => firstDeposit(address ?? '')} />
        </Step>
      </ol>
    </section>
  )
}

/** How long the account may take to show what was deposited. */
const SHOWN_WITHIN_MS = 20_000

/** Ends when the account shows the balance, which takes these steps away. @throws Error with why it did not come to that. */
async function firstDeposit(authority: string): Promise<void> {
  const shown = Promise.withResolvers<void>()
  const stop = onUserMessage(authority, (message) => {
    if (message.type !== 'subAccount') return
    if (message.subAccount.balances.some(({ amount }) => amount !== '0')) shown.resolve()
  })
  try {
    const outcome = await deposit(ownAccount(authority), 'USDC', FIRST_DEPOSIT)
    if (outcome.kind === 'failed') throw outcome.error
    const late = new Promise<never>((_, reject) => {
      setTimeout(
        () =>
          reject(new Error(t('The deposit is on the chain, but the account does not show it yet. Reload the page.'))),
        SHOWN_WITHIN_MS,
      )
    })
    await Promise.race([shown.promise, late])
  } finally {
    stop()
  }
}

function Step({
  label,
  done,
  current,
  children,
}: {
  label: string
  done: boolean
  current: boolean
  children: ReactNode
}) {
  return (
    <li aria-current={current ? 'step' : undefined} className="grid grid-cols-[16px_1fr] gap-x-2 gap-y-1.5">
      <span
        aria-hidden
        className={cx(
          'grid size-4 place-items-center rounded-full border',
          done ? 'border-up bg-up text-up-ink' : current ? 'border-accent' : 'border-line-strong',
        )}
      >
        {done && <Check strokeWidth={3} className="size-2.5" />}
      </span>
      <span className={cx(done ? 'text-faint line-through' : current ? 'text-text' : 'text-faint')}>
        {label}
        {done && <span className="sr-only">{`, ${t('done')}`}</span>}
      </span>
      {current && <div className="col-start-2 flex flex-wrap items-center gap-2">{children}</div>}
    </li>
  )
}

/** Runs one step; what went wrong stands below the button, which stays to be pressed again. */
function StepButton({ label, run, onIntent }: { label: string; run: () => Promise<void>; onIntent?: () => void }) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const start = async (): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      await run()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button variant="primary" busy={busy} onClick={() => void start()} onPointerEnter={onIntent} onFocus={onIntent}>
        {label}
      </Button>
      {problem !== null && (
        <p role="alert" className="basis-full text-down text-xs">
          {problem}
        </p>
      )}
    </>
  )
}

function OtherWallet() {
  const [choosing, setChoosing] = useState(false)
  return (
    <>
      <Button variant="ghost" onClick={() => setChoosing(true)}>
        {t('Use another')}
      </Button>
      <ConnectDialog open={choosing} onOpenChange={setChoosing} />
    </>
  )
}
