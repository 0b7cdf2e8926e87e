import type { VersionedTransaction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { WalletError } from './errors.ts'
import { signWithWallet } from './session.ts'
import { useWallet } from './store.ts'
import { activeKey, loadKeyStore } from './trading-key.ts'
import { TransactionError } from './transaction-error.ts'

/** Who pays for a transaction and signs it. */
export type Signer = {
  address: string
  isKey: boolean
  sign: (transaction: VersionedTransaction) => Promise<VersionedTransaction>
}

/** @throws WalletError when no wallet is connected. */
export function walletSigner(): Signer {
  const { address } = useWallet.getState()
  if (address === null) throw new WalletError('not-connected', t('No wallet is connected. Connect one and try again.'))
  return { address, isKey: false, sign: signWithWallet }
}

/** The key that trades for the sub-account while it may, else the wallet. */
export function tradingSigner(account: OwnAccount): Signer {
  const wallet = walletSigner()
  const key = activeKey(account)
  if (key === null) return wallet
  const sign: Signer['sign'] = async (transaction) => (await loadKeyStore()).signWithKey(key, transaction)
  return { address: key.address, isKey: true, sign }
}

/** Refused for what the key may or has, not for the order: the owner, who has no such limits, can send it. */
const OF_THE_KEY: readonly string[] = [
  'DelegateBudgetUsed',
  'NotTrader',
  'InsufficientFundsForFee',
  'InsufficientFundsForRent',
  'AccountNotFound',
]

export const isForOwner = (error: unknown): boolean =>
  error instanceof TransactionError &&
  error.kind === 'rejected' &&
  error.code !== null &&
  OF_THE_KEY.includes(error.code)
