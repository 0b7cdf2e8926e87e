import { type Connection, PublicKey } from '@solana/web3.js'
import { decodeMarket, decodeSubAccount, decodeTokenVault, type Market, type SubAccount } from '#client/accounts.ts'
import { marketAddress, NATIVE_MINT, subAccountAddress, tokenVaultAddress } from '#client/pda.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'

export type TradingAccount = {
  authority: string
  subAccountId: number
  /** Who signs. */
  trader: PublicKey
  address: PublicKey
  state: SubAccount
  /** Addresses of the token vaults that its margin may depend on, by index. */
  vaults: ReadonlyMap<number, PublicKey>
}

type Who = { authority: string; subAccountId: number; signer?: string | undefined }

/**
 * The sub-account as it stands on the chain: a projection that lags must not break a transaction.
 * @throws AppError NOT_FOUND without such an account, FORBIDDEN for a signer who may not trade for it.
 */
export async function readTradingAccount(
  connection: Connection,
  { authority, subAccountId, signer = authority }: Who,
  nowMs: number,
): Promise<TradingAccount> {
  const address = subAccountAddress(authority, subAccountId)
  const solVault = tokenVaultAddress(NATIVE_MINT)
  const [account, vault] = await connection.getMultipleAccountsInfo([address, solVault])
  if (!account) {
    throw new AppError('NOT_FOUND', {
      message: `wallet ${authority} has no sub-account ${subAccountId}: deposit first, or name another`,
    })
  }
  const state = decodeSubAccount(account.data)
  const isDelegate = state.delegate === signer && state.delegateExpiresAt > BigInt(Math.floor(nowMs / 1_000))
  if (signer !== authority && !isDelegate) {
    throw new AppError('FORBIDDEN', { message: `${signer} may not trade for sub-account ${subAccountId}` })
  }
  const vaults = new Map(vault ? [[decodeTokenVault(vault.data).index, solVault] as const] : [])
  return { authority, subAccountId, trader: new PublicKey(signer), address, state, vaults }
}

/** @throws AppError NOT_FOUND when the exchange lists no such market. */
export async function readMarket(connection: Connection, db: Db, name: string): Promise<Market> {
  const row = await db.selectFrom('markets').select('index').where('market', '=', name).executeTakeFirst()
  const account = row && (await connection.getAccountInfo(marketAddress(row.index)))
  if (!account) throw new AppError('NOT_FOUND', { message: `there is no market ${name}` })
  return decodeMarket(account.data)
}
