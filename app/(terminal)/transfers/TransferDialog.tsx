'use client'
import { type FormEvent, useState } from 'react'
import { useSystemConfig } from '#app/data/system.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { formatUsd } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { useWalletBalances } from '#app/wallet/balances.ts'
import { fundOnLocalnet } from '#app/wallet/faucet.ts'
import { useAuthority } from '#app/wallet/store.ts'
import { formatUnits, parseUnits } from '#client/units.ts'
import { quoteText } from '../account/decimal.ts'
import { usePortfolio } from '../account/use-portfolio.ts'
import { depositLimit, freeAfter, type Limit, withdrawLimit } from './limits.ts'
import { useSolCollateral } from './sol-collateral.ts'
import { type Asset, amountText, DECIMALS, deposit, withdraw } from './transfer.ts'

export type TransferKind = 'deposit' | 'withdrawal'

const VERB = { deposit: 'Deposit', withdrawal: 'Withdraw' } as const

/** Moves USDC or SOL between the wallet and the exchange. A refusal leaves it open with what was typed. */
export function TransferDialog({ kind, onClose }: { kind: TransferKind; onClose: () => void }) {
  const [asset, setAsset] = useState<Asset>('USDC')
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const { held, inside, limit, freeNow } = useFunds(kind, asset)
  const { portfolio } = usePortfolio()
  const sol = useSolCollateral()
  const { amount, problem } = check(text, asset, limit, kind)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (amount === null || busy) return
    setBusy(true)
    setFailure(null)
    const outcome = await (kind === 'deposit' ? deposit(asset, amount) : withdraw(asset, amount))
    setBusy(false)
    if (outcome.kind === 'confirmed') onClose()
    else setFailure(outcome.error.message)
  }

  const max = limit === null ? null : formatUnits(limit.max, DECIMALS[asset])
  const signed = amount === null ? 0n : kind === 'deposit' ? -amount : amount
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={kind === 'deposit' ? 'Deposit collateral' : 'Withdraw to your wallet'}
      description={
        kind === 'deposit' ? 'Collateral carries the margin of your positions. It stays yours, on chain.' : undefined
      }
    >
      <form className="grid gap-3" onSubmit={(event) => void submit(event)}>
        <Segmented
          label="Asset"
          value={asset}
          onChange={(next) => {
            setAsset(next)
            setText('')
          }}
          items={[
            { value: 'USDC', label: 'USDC' },
            { value: 'SOL', label: 'SOL' },
          ]}
        />
        <NumberField
          label="Amount"
          value={text}
          onChange={setText}
          decimals={DECIMALS[asset]}
          step={asset === 'USDC' ? '100' : '0.1'}
          placeholder="0"
          error={problem ?? undefined}
          hint={limit?.reason ?? undefined}
          suffix={
            <span className="flex items-center gap-1.5">
              {asset}
              <Button
                size="sm"
                variant="outline"
                disabled={max === null || max === '0'}
                onClick={() => setText(max ?? '')}
              >
                Max
              </Button>
            </span>
          }
        />
        <KeyValueList>
          <KeyValue label="In your wallet">{held === null ? '…' : amountText(asset, held)}</KeyValue>
          <KeyValue label="On the exchange">{amountText(asset, inside)}</KeyValue>
          <KeyValue label="On the exchange after">{amountText(asset, inside - signed)}</KeyValue>
          {portfolio !== null && freeNow !== null && (
            <KeyValue label="Free collateral after">
              {formatUsd(quoteText(freeAfter(asset, signed, portfolio, sol)))}
            </KeyValue>
          )}
        </KeyValueList>
        {failure !== null && (
          <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
            {failure}
          </p>
        )}
        <Button type="submit" variant="primary" size="lg" busy={busy} disabled={amount === null}>
          {amount === null ? VERB[kind] : `${VERB[kind]} ${amountText(asset, amount)}`}
        </Button>
        {kind === 'deposit' && <Faucet />}
      </form>
    </Dialog>
  )
}

/** What is where, and how much of it can move. */
function useFunds(kind: TransferKind, asset: Asset) {
  const wallet = useWalletBalances()
  const { subAccount, portfolio } = usePortfolio()
  const held = wallet === undefined ? null : asset === 'SOL' ? wallet.sol : wallet.usdc
  const balance = subAccount?.balances.find(({ symbol }) => (symbol === 'USDC') === (asset === 'USDC'))
  const inside = parseUnits(balance?.amount ?? '0', DECIMALS[asset])
  const limit =
    kind === 'deposit'
      ? held === null
        ? null
        : depositLimit(asset, held)
      : portfolio === null
        ? null
        : withdrawLimit(asset, inside, portfolio)
  return { held, inside, limit, freeNow: portfolio === null ? null : freeAfter(asset, 0n, portfolio) }
}

function check(
  text: string,
  asset: Asset,
  limit: Limit | null,
  kind: TransferKind,
): { amount: bigint | null; problem: string | null } {
  if (text === '') return { amount: null, problem: null }
  let amount: bigint
  try {
    amount = parseUnits(text, DECIMALS[asset])
  } catch (error) {
    return { amount: null, problem: error instanceof Error ? error.message : String(error) }
  }
  if (amount <= 0n) return { amount: null, problem: null }
  if (limit === null) return { amount: null, problem: 'Waiting for your balances…' }
  if (amount <= limit.max) return { amount, problem: null }
  const most = amountText(asset, limit.max)
  if (kind === 'deposit') return { amount: null, problem: `Your wallet can deposit at most ${most}.` }
  return {
    amount: null,
    problem: `At most ${most} can be withdrawn.${limit.reason === null ? '' : ` ${limit.reason}`}`,
  }
}

/** On localnet anyone may have more test funds. */
function Faucet() {
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
        Get 10 000 test USDC and 10 SOL
      </Button>
      {state.problem !== null && (
        <p role="alert" className="text-down text-xs">
          {state.problem}
        </p>
      )}
    </div>
  )
}
