import { type PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import { decodeSubAccount, decodeTokenVault, type SubAccount, type TokenVault } from '#client/accounts.ts'
import * as exchange from '#client/instructions/index.ts'
import { marginAccounts, QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import {
  ASSOCIATED_TOKEN_PROGRAM_ID,
  associatedTokenAddress,
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

type OrderArguments = {
  marketIndex: number
  side: 'buy' | 'sell'
  type: 'market' | 'limit'
  base: bigint
  limitPrice: bigint
  reduceOnly: boolean
  postOnly: boolean
  timeInForce: 'gtc' | 'ioc'
  clientId: bigint
}

export async function placeOrder(order: OrderArguments): Promise<TransactionInstruction[]> {
  const own = await ownSubAccount()
  const immediate = order.type === 'market' || order.timeInForce === 'ioc'
  return [
    exchange.placeOrder({
      trader: own.authority,
      subAccount: own.address,
      marketIndex: order.marketIndex,
      order: {
        kind: order.type,
        side: order.side,
        timeInForce: immediate ? 'immediateOrCancel' : 'goodTillCancel',
        reduceOnly: order.reduceOnly,
        postOnly: order.postOnly,
        size: order.base,
        limitPrice: order.limitPrice,
        clientId: order.clientId,
      },
      marginAccounts: order.reduceOnly ? [] : marginAccounts(own.state, own.vaults, { marketIndex: order.marketIndex }),
    }),
  ]
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
