import { type PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import {
  decodeExchange,
  decodeSubAccount,
  decodeTokenVault,
  decodeUserAccount,
  type SubAccount,
  type TokenVault,
} from '#client/accounts.ts'
import { type FeeTerms, feeTermsOf } from '#client/fee-terms.ts'
import * as exchange from '#client/instructions/index.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import { marginAccounts, QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import {
  ASSOCIATED_TOKEN_PROGRAM_ID,
  associatedTokenAddress,
  exchangeAddress,
  NATIVE_MINT,
  publicKey,
  subAccountAddress,
  TOKEN_PROGRAM_ID,
  tokenVaultAddress,
  userAccountAddress,
} from '#client/pda.ts'
import { chainConfig, openConnection } from './chain.ts'
import { WalletError } from './errors.ts'
import { useWallet } from './store.ts'
import { reachable } from './transaction-error.ts'

/*
 * Instructions as the ticket and the dialogs want them. What the program needs to see (which markets and vaults the
 * margin depends on) is read from the sub-account on the chain, so a projection that lags cannot break a transaction.
 */

/** The first sub-account, which the first deposit creates. */
const SUB_ACCOUNT_ID = 0

export type Asset = 'USDC' | 'SOL'

/** So many orders fit into one instruction. A bracket is never parted: its parent and children come first and are three. */
const ORDERS_AT_ONCE = 4

export async function placeOrders(marketIndex: number, orders: readonly NewOrder[]): Promise<TransactionInstruction[]> {
  const own = await ownSubAccount()
  const reduces = orders.every(({ reduceOnly }) => reduceOnly === true)
  const trader = {
    trader: own.authority,
    subAccount: own.address,
    marketIndex,
    marginAccounts: reduces ? [] : marginAccounts(own.state, own.vaults, { marketIndex }),
  }
  const calls: TransactionInstruction[] = []
  for (let at = 0; at < orders.length; at += ORDERS_AT_ONCE) {
    calls.push(exchange.placeOrders({ ...trader, orders: orders.slice(at, at + ORDERS_AT_ONCE) }))
  }
  return calls
}

export async function modifyOrder(
  marketIndex: number,
  change: Parameters<typeof exchange.modifyOrder>[0]['change'],
): Promise<TransactionInstruction[]> {
  const { authority: trader, address: subAccount, state, vaults } = await ownSubAccount()
  const margin = marginAccounts(state, vaults, { marketIndex })
  return [exchange.modifyOrder({ trader, subAccount, marketIndex, change, marginAccounts: margin })]
}

type CloseArguments = { marketIndex: number; fractionBps: number; limitPrice: bigint; clientId: bigint }

export async function closePosition({ marketIndex, ...order }: CloseArguments): Promise<TransactionInstruction[]> {
  const authority = connectedAddress()
  return [exchange.closePosition({ trader: authority, subAccount: addressOf(authority), marketIndex, order })]
}

export async function cancelOrders(orderIds: readonly bigint[]): Promise<TransactionInstruction[]> {
  const trader = connectedAddress()
  const subAccount = addressOf(trader)
  return orderIds.map((orderId) =>
    exchange.cancelOrder({ trader, subAccount, target: { kind: 'orderId', value: orderId } }),
  )
}

/** Every order of the market, or of all markets, that may be canceled now. */
export async function cancelAll(marketIndex: number | null): Promise<TransactionInstruction[]> {
  const trader = connectedAddress()
  const target = marketIndex === null ? ({ kind: 'all' } as const) : ({ kind: 'market', value: marketIndex } as const)
  return [exchange.cancelOrder({ trader, subAccount: addressOf(trader), target })]
}

/** Creates whatever of the account is missing, in the same transaction. */
export async function deposit(asset: Asset, amount: bigint): Promise<TransactionInstruction[]> {
  const authority = connectedAddress()
  const subAccount = addressOf(authority)
  const connection = await openConnection()
  const [user, sub] = await reachable(() =>
    connection.getMultipleAccountsInfo([userAccountAddress(authority), subAccount]),
  )
  return [
    ...(user == null ? [exchange.createUserAccount({ authority })] : []),
    ...(sub == null ? [exchange.createSubAccount({ authority, id: SUB_ACCOUNT_ID })] : []),
    asset === 'SOL'
      ? exchange.depositNativeSol({ authority, subAccount, lamports: amount })
      : exchange.depositTokens({ authority, subAccount, mint: chainConfig().usdcMint, amount }),
  ]
}

export async function withdraw(asset: Asset, amount: bigint): Promise<TransactionInstruction[]> {
  const { authority, address: subAccount, state, vaults } = await ownSubAccount()
  const mint = asset === 'SOL' ? NATIVE_MINT.toBase58() : chainConfig().usdcMint
  const vaultIndex = [...vaults].find(([, vault]) => vault.equals(tokenVaultAddress(mint)))?.[0]
  const margin = marginAccounts(state, vaults, vaultIndex === undefined ? {} : { vaultIndex })
  if (asset === 'SOL') {
    return [exchange.withdrawNativeSol({ authority, subAccount, lamports: amount, marginAccounts: margin })]
  }
  return [
    createTokenAccount(authority, mint),
    exchange.withdrawTokens({ authority, subAccount, mint, amount, marginAccounts: margin }),
  ]
}

/** How SOL counts as collateral, as its vault says; null when the exchange takes none. */
export async function solVault(): Promise<TokenVault | null> {
  const account = await readAccount(tokenVaultAddress(NATIVE_MINT))
  return account === null ? null : decodeTokenVault(account.data)
}

/** What the connected wallet's volume and referrer make of the fees of its next fill. */
export async function feeTerms(): Promise<FeeTerms> {
  const authority = connectedAddress()
  const connection = await openConnection()
  const [settings, user, sub] = await reachable(() =>
    connection.getMultipleAccountsInfo([exchangeAddress(), userAccountAddress(authority), addressOf(authority)]),
  )
  if (settings == null) throw new WalletError('not-connected', 'The exchange is not deployed on this cluster.')
  return feeTermsOf(
    decodeExchange(settings.data),
    user == null ? null : decodeUserAccount(user.data),
    BigInt(Math.floor(Date.now() / 1000)),
    sub == null ? undefined : decodeSubAccount(sub.data),
  )
}

export const SOL_MINT = NATIVE_MINT.toBase58()

const addressOf = (authority: string) => subAccountAddress(authority, SUB_ACCOUNT_ID)

function connectedAddress(): string {
  const { address } = useWallet.getState()
  if (address === null) throw new WalletError('not-connected', 'No wallet is connected. Connect one and try again.')
  return address
}

const readAccount = (address: PublicKey) => reachable(async () => (await openConnection()).getAccountInfo(address))

async function ownSubAccount() {
  const authority = connectedAddress()
  const address = addressOf(authority)
  const account = await readAccount(address)
  if (account === null) {
    throw new WalletError('not-connected', 'This wallet has no account on the exchange yet. Deposit first.')
  }
  const state: SubAccount = decodeSubAccount(account.data)
  return { authority, address, state, vaults: await heldVaults(state) }
}

/** Addresses of the vaults a sub-account may hold, by index. */
async function heldVaults({ collaterals }: SubAccount): Promise<Map<number, ReturnType<typeof tokenVaultAddress>>> {
  if (!collaterals.some(({ vaultIndex }) => vaultIndex !== QUOTE_VAULT_INDEX)) return new Map()
  const sol = await solVault()
  return sol === null ? new Map() : new Map([[sol.index, tokenVaultAddress(NATIVE_MINT)]])
}

const CREATE_IDEMPOTENT = 1

/** The wallet's token account, created when it is missing: a withdrawal needs a place to go. */
function createTokenAccount(owner: string, mint: string): TransactionInstruction {
  const key = (pubkey: string, isSigner: boolean, isWritable: boolean) => ({
    pubkey: publicKey(pubkey),
    isSigner,
    isWritable,
  })
  return new TransactionInstruction({
    programId: ASSOCIATED_TOKEN_PROGRAM_ID,
    keys: [
      key(owner, true, true),
      key(associatedTokenAddress(mint, owner).toBase58(), false, true),
      key(owner, false, false),
      key(mint, false, false),
      key(SystemProgram.programId.toBase58(), false, false),
      key(TOKEN_PROGRAM_ID.toBase58(), false, false),
    ],
    data: Buffer.from([CREATE_IDEMPOTENT]),
  })
}
