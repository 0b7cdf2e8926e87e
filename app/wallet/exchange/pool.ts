import type { TransactionInstruction } from '@solana/web3.js'
import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { decodeExchange } from '#client/accounts.ts'
import * as exchange from '#client/instructions/index.ts'
import { exchangeAddress } from '#client/pda.ts'
import { chainConfig } from '../chain.ts'
import { WalletError } from '../errors.ts'
import { addressOf, readAccounts, readOwn } from './chain-state.ts'
import { openAccount } from './collateral.ts'

/** Any number that no open request of the wallet has. */
const newTicketId = (): bigint => BigInt(Date.now())

/** A request to enter the pool with USDC of the sub-account, which is paid in from the wallet first if need be. */
export async function depositToPool(
  own: OwnAccount,
  amount: bigint,
  source: 'wallet' | 'account',
): Promise<TransactionInstruction[]> {
  const { authority } = own
  const [terms, { subAccount, isNew, opening }] = await Promise.all([poolTerms(), openAccount(own)])
  const tokenVaults = isNew ? [] : [...(await readOwn(own)).vaults.values()]
  const request = { authority, subAccount, ticketId: newTicketId(), amount, tokenVaults, ...terms }
  const paidIn = exchange.depositTokens({ authority, subAccount, mint: terms.quoteMint, amount })
  return [...opening, ...(source === 'wallet' ? [paidIn] : []), exchange.depositToPool(request)]
}

/** A request to leave the pool; what it pays goes to the sub-account. */
export async function requestPoolExit(own: OwnAccount, shares: bigint): Promise<TransactionInstruction[]> {
  const request = { authority: own.authority, subAccount: addressOf(own), ticketId: newTicketId(), shares }
  return [exchange.requestPoolExit({ ...request, ...(await poolTerms()) })]
}

export type PoolTicket = { kind: 'deposit' | 'exit'; owner: string; subAccount: string; ticketId: bigint }

/** Executes a request that is due, whosever it is. */
export async function executePoolRequest(
  keeper: string,
  { kind, ...ticket }: PoolTicket,
): Promise<TransactionInstruction[]> {
  const request = { ...ticket, ...(await poolTerms()) }
  return [kind === 'deposit' ? exchange.mintPoolShares({ ...request, keeper }) : exchange.exitPool(request)]
}

async function poolTerms(): Promise<{ quoteMint: string; marketCount: number }> {
  const [account] = await readAccounts([exchangeAddress()])
  if (account == null) throw new WalletError('not-connected', t('The exchange is not deployed on this cluster.'))
  return { quoteMint: chainConfig().usdcMint, marketCount: decodeExchange(account.data).marketCount }
}
