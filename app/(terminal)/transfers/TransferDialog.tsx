'use client'
import { type FormEvent, useState } from 'react'
import { ownAccount } from '#app/data/own-account.ts'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import type { Outcome } from '#app/wallet/transact.ts'
import { formatUnits } from '#client/units.ts'
import { checkAmount } from './amount.ts'
import { Consequences } from './Consequences.tsx'
import { Faucet } from './Faucet.tsx'
import { PlaceField } from './PlaceField.tsx'
import { type Place, useFunds } from './places.ts'
import { type Asset, amountText, DECIMALS, deposit, transfer, withdraw } from './transfer.ts'

/** `from` and `to`: where the move begins as it opens; the trader may choose others. */
export type TransferProps = { from: Place; to: Place; onClose: () => void }

const ASSETS = [
  { value: 'USDC', label: 'USDC' },
  { value: 'SOL', label: 'SOL' },
] as const satisfies readonly { value: Asset; label: string }[]

/** Moves USDC or SOL between the wallet and its sub-accounts. A refusal leaves it open with what was typed. */
export function TransferDialog({ onClose, ...start }: TransferProps) {
  const authority = useAuthority() ?? ''
  const known = useUser(authority, ({ subAccounts }) => subAccounts.length) ?? 0
  const [{ from, to }, setPlaces] = useState<{ from: Place; to: Place }>(start)
  const [asset, setAsset] = useState<Asset>('USDC')
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const source = useFunds(from, asset)
  const target = useFunds(to, asset)
  const { amount, problem } = checkAmount(text, asset, source.limit, from)
  const words = wordsOf(from, to, amount === null ? null : amountText(asset, amount))

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (amount === null || busy) return
    setBusy(true)
    setFailure(null)
    const outcome = await move(authority, from, to, asset, amount)
    setBusy(false)
    if (outcome.kind === 'confirmed') onClose()
    else setFailure(outcome.error.message)
  }

  /** The same place cannot be both ends: the other end takes its place. */
  const choose = (end: 'from' | 'to', place: Place): void => {
    const other = end === 'from' ? to : from
    const swapped = other === place ? (end === 'from' ? from : to) : other
    setPlaces(end === 'from' ? { from: place, to: swapped } : { from: swapped, to: place })
  }

  const max = source.limit === null ? null : formatUnits(source.limit.max, DECIMALS[asset])
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={words.title} description={words.description}>
      <form className="grid gap-3" onSubmit={(event) => void submit(event)}>
        {(known > 1 || (from !== 'wallet' && to !== 'wallet')) && (
          <div className="grid gap-2">
            <PlaceField label={t('From')} value={from} onChange={(place) => choose('from', place)} />
            <PlaceField label={t('To')} value={to} onChange={(place) => choose('to', place)} />
          </div>
        )}
        <Segmented
          label={t('Asset')}
          value={asset}
          onChange={(next) => {
            setAsset(next)
            setText('')
          }}
          items={ASSETS}
        />
        <NumberField
          label={t('Amount')}
          value={text}
          onChange={setText}
          decimals={DECIMALS[asset]}
          step={asset === 'USDC' ? '100' : '0.1'}
          placeholder="0"
          error={problem ?? undefined}
          hint={source.limit?.reason ?? undefined}
          suffix={
            <span className="flex items-center gap-1.5">
              {asset}
              <Button
                size="sm"
                variant="outline"
                disabled={max === null || max === '0'}
                onClick={() => setText(max ?? '')}
              >
                {t('Max')}
              </Button>
            </span>
          }
        />
        <Consequences from={from} to={to} source={source} target={target} asset={asset} amount={amount ?? 0n} />
        {failure !== null && (
          <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
            {failure}
          </p>
        )}
        <Button type="submit" variant="primary" size="lg" busy={busy} disabled={amount === null}>
          {words.submit}
        </Button>
        {from === 'wallet' && <Faucet />}
      </form>
    </Dialog>
  )
}

type Words = { title: string; submit: string; description?: string }

/** `amount`: null until one is typed. */
function wordsOf(from: Place, to: Place, amount: string | null): Words {
  if (from === 'wallet') {
    return {
      title: t('Deposit collateral'),
      submit: amount === null ? t('Deposit') : t('Deposit {amount}', { amount }),
      description: t('Collateral carries the margin of your positions. It stays yours, on chain.'),
    }
  }
  if (to === 'wallet') {
    const submit = amount === null ? t('Withdraw') : t('Withdraw {amount}', { amount })
    return { title: t('Withdraw to your wallet'), submit }
  }
  return {
    title: t('Move between sub-accounts'),
    submit: amount === null ? t('Move') : t('Move {amount}', { amount }),
    description: t('Each sub-account carries its positions with its own collateral only.'),
  }
}

function move(authority: string, from: Place, to: Place, asset: Asset, amount: bigint): Promise<Outcome> {
  const own = (place: Place) => (place === 'wallet' ? ownAccount(authority) : { authority, subAccountId: place })
  if (from === 'wallet') return deposit(own(to), asset, amount)
  return to === 'wallet' ? withdraw(own(from), asset, amount) : transfer(own(from), to, asset, amount)
}
