import { serverNow } from '#app/data/connection.ts'
import type { OwnAccount } from '#app/data/own-account.ts'
import { asUser } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { type Outcome, transact } from '#app/wallet/transact.ts'
import { KEY_FUNDS, LOW_FUNDS } from '#client/delegate-funds.ts'
import { parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import { grantOf, type SigningKey, type Typed } from './limits.ts'

/** The wallet did not allow it; its words have been told. */
const requireConfirmed = (outcome: Outcome): void => {
  if (outcome.kind === 'failed') throw outcome.error
}

/** Sets the service's key up with these limits, or renews it, and lets the wallet allow it on chain. */
export async function letServiceSign(own: OwnAccount, typed: Typed): Promise<void> {
  const grant = grantOf(typed, serverNow())
  if (grant === null) return
  const { subAccountId } = own
  const { key, transaction } = await asUser(() => api.signingKeys.enable.mutate({ ...grant, subAccountId }))
  if (transaction === null || key.publicKey === null) return
  const { publicKey } = key
  const lamports = BigInt(key.chain?.lamports ?? 0) < LOW_FUNDS ? KEY_FUNDS : 0n
  const expiresAt = BigInt(Math.ceil(grant.expiresAt / 1_000))
  const budget = parseUnits(grant.lossBudget, QUOTE_DECIMALS)
  // Built here, of what was typed: the wallet signs what this page says, not what a server answered.
  const build = async () => (await loadExchange()).allowKey(own, { key: publicKey, expiresAt, budget, lamports })
  requireConfirmed(await transact({ title: t('Let the service sign'), build }))
}

/** Ends it at the service at once, and on chain where the wallet signs that too. */
export async function endServiceSigning(own: OwnAccount, { id }: SigningKey): Promise<void> {
  const { transaction } = await asUser(() => api.signingKeys.revoke.mutate({ id }))
  if (transaction === null) return
  const build = async () => (await loadExchange()).revokeKey(own, null)
  await transact({ title: t('Take the service’s right away on chain'), build })
}
