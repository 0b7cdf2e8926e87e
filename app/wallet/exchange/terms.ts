import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { decodeExchange, decodeSubAccount, decodeUserAccount } from '#client/accounts.ts'
import { type FeeTerms, feeTermsOf } from '#client/fee-terms.ts'
import { exchangeAddress, NATIVE_MINT, userAccountAddress } from '#client/pda.ts'
import { WalletError } from '../errors.ts'
import { addressOf, readAccounts, solVault } from './chain-state.ts'

export { solVault }

export const SOL_MINT = NATIVE_MINT.toBase58()

/** What the wallet's volume and referrer make of the fees of its next fill. */
export async function feeTerms(own: OwnAccount): Promise<FeeTerms> {
  const [settings, user, sub] = await readAccounts([
    exchangeAddress(),
    userAccountAddress(own.authority),
    addressOf(own),
  ])
  if (settings == null) throw new WalletError('not-connected', t('The exchange is not deployed on this cluster.'))
  return feeTermsOf(
    decodeExchange(settings.data),
    user == null ? null : decodeUserAccount(user.data),
    BigInt(Math.floor(Date.now() / 1000)),
    sub == null ? undefined : decodeSubAccount(sub.data),
  )
}
