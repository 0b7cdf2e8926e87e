import type { Connection } from '@solana/web3.js'
import {
  accountName,
  decodeInsurance,
  decodeMarket,
  decodePool,
  decodeSubAccount,
  decodeTokenVault,
  decodeUserAccount,
} from '#client/accounts.ts'
import { PROGRAM_ID, publicKey } from '#client/pda.ts'
import type { Ledger } from '#client/solvency.ts'
import { AppError } from '#server/platform/errors.ts'

/** Offset of `amount` in a token account. */
const TOKEN_AMOUNT_AT = 64

/**
 * Every account of the program that holds value, as one answer of the RPC saw it, then what the vaults hold. A deposit
 * between the two answers shows as tokens above the ledger, which the check allows.
 * @throws AppError NOT_FOUND while no exchange has been set up.
 */
export async function readLedger(connection: Connection): Promise<Ledger> {
  const accounts = await connection.getProgramAccounts(PROGRAM_ID, 'confirmed')
  const of = <T>(name: ReturnType<typeof accountName>, decode: (data: Uint8Array) => T): T[] =>
    accounts.filter(({ account }) => accountName(account.data) === name).map(({ account }) => decode(account.data))
  const [pool] = of('Pool', decodePool)
  const [insurance] = of('Insurance', decodeInsurance)
  if (pool === undefined || insurance === undefined) {
    throw new AppError('NOT_FOUND', { message: `no exchange has been set up at program ${PROGRAM_ID.toBase58()}` })
  }
  const vaults = of('TokenVault', decodeTokenVault)
  const tokens = await connection.getMultipleAccountsInfo(
    vaults.map(({ tokenAccount }) => publicKey(tokenAccount)),
    'confirmed',
  )
  const held = vaults.map(({ index }, at): [number, bigint] => [
    index,
    tokens[at]?.data.readBigUInt64LE(TOKEN_AMOUNT_AT) ?? 0n,
  ])
  return {
    subAccounts: of('SubAccount', decodeSubAccount),
    userAccounts: of('UserAccount', decodeUserAccount),
    markets: of('Market', decodeMarket),
    vaults,
    pool,
    insurance,
    vaultTokens: new Map(held),
  }
}
