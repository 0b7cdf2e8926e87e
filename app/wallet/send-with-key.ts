import type { TransactionInstruction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { openConnection, requireCluster } from './chain.ts'
import { WalletError } from './errors.ts'
import { feeOffer } from './priority-fee.ts'
import { type Confirmed, type Landing, send } from './send.ts'
import { tradingSigner } from './signer.ts'

type Request = {
  account: OwnAccount
  /** `payer`: the key. */
  build: (payer: string) => Promise<TransactionInstruction[]>
  /** Called before anything leaves. */
  onSigned: (landing: Landing) => void
}

/**
 * Sends what the trading key may sign by itself, without a toast and without ever asking the wallet: for orders that go out
 * while nobody looks.
 *
 * @throws as `send`; WalletError when no key may trade for the account.
 */
export async function sendWithKey({ account, build, onSigned }: Request): Promise<Confirmed> {
  const signer = tradingSigner(account)
  if (!signer.isKey) throw new WalletError('cannot-sign', t('The trading key of this browser may not trade any more.'))
  await requireCluster()
  const [{ PublicKey }, connection] = await Promise.all([import('@solana/web3.js'), openConnection()])
  const instructions = await build(signer.address)
  const fee = await feeOffer(connection, instructions)
  return send(instructions, { connection, payer: new PublicKey(signer.address), sign: signer.sign, fee, onSigned })
}
