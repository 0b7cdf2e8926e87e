import { type Connection, type Keypair, LAMPORTS_PER_SOL, type PublicKey } from '@solana/web3.js'
import { decodeUserAccount } from '#client/accounts.ts'
import { createSubAccount, createUserAccount, depositTokens } from '#client/instructions/index.ts'
import { LOCALNET_USDC_MINT, localnetKeypair } from '#client/localnet-keys.ts'
import { subAccountAddress, userAccountAddress } from '#client/pda.ts'
import {
  createSender,
  LOCALNET_EXCHANGE,
  launchExchange,
  localnetCheats,
  readKeypair,
  requireLanded,
  type TransactionSender,
} from '#server/chain/index.ts'
import type { Config } from '#server/platform/config.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'

const LEAST_LAMPORTS = LAMPORTS_PER_SOL
/** With which the local keeper buys debtors' collateral (quote 1e6); elsewhere its operator deposits what it may use. */
const LOCALNET_CAPITAL = 250_000_000_000n

/** The key that pays for the keeper's transactions. @throws AppError BAD_INPUT where it must be configured and is not. */
export function keeperKey(config: Config): Keypair {
  if (config.keeperKeypair !== undefined) return readKeypair('KEEPER_KEYPAIR', config.keeperKeypair)
  if (config.cluster === 'localnet') return localnetKeypair('keeper')
  throw new AppError('BAD_INPUT', {
    message: `set KEEPER_KEYPAIR: on ${config.cluster} the keeper pays with a key of yours`,
  })
}

/** On the local chain the exchange comes with the stack; elsewhere it is launched once by its operators. */
export async function launchOnLocalnet(connection: Connection, config: Config, log: Log): Promise<void> {
  if (config.cluster !== 'localnet' || config.keeperDryRun) return
  const cheats = localnetCheats(config.rpcUrl)
  const done = await launchExchange(
    {
      connection,
      sender: createSender({ connection, payer: localnetKeypair('admin') }),
      liquidityProvider: localnetKeypair('lp'),
      provideQuote: (owner, amount) => cheats.setTokenAccount(owner, LOCALNET_USDC_MINT, amount),
      log,
    },
    LOCALNET_EXCHANGE,
  )
  if (done.length > 0) log.info({ steps: done.length }, 'launched the exchange on the local chain')
}

/** The keeper's sub-account, opened if it is not there, and on the local chain with SOL and USDC to pay with. Null in a dry run where there is none. */
export async function openRewardAccount(
  connection: Connection,
  sender: TransactionSender,
  config: Config,
): Promise<string | null> {
  const authority = sender.payer.publicKey
  if (config.cluster === 'localnet' && !config.keeperDryRun) await fund(connection, authority)
  const account = await connection.getAccountInfo(userAccountAddress(authority), 'confirmed')
  const isOpen = account !== null && decodeUserAccount(account.data).nextSubAccountId > 0
  const subAccount = subAccountAddress(authority, 0)
  if (config.keeperDryRun) return isOpen ? subAccount.toBase58() : null
  const instructions = [
    ...(account === null ? [createUserAccount({ authority })] : []),
    ...(isOpen ? [] : [createSubAccount({ authority, id: 0 })]),
  ]
  if (config.cluster === 'localnet' && !isOpen) {
    await localnetCheats(config.rpcUrl).setTokenAccount(authority, LOCALNET_USDC_MINT, LOCALNET_CAPITAL)
    instructions.push(depositTokens({ authority, subAccount, mint: LOCALNET_USDC_MINT, amount: LOCALNET_CAPITAL }))
  }
  if (instructions.length > 0) requireLanded(await sender.send(instructions), 'open the keeper’s account')
  return subAccount.toBase58()
}

async function fund(connection: Connection, authority: PublicKey): Promise<void> {
  if ((await connection.getBalance(authority, 'confirmed')) >= LEAST_LAMPORTS) return
  const signature = await connection.requestAirdrop(authority, 100 * LAMPORTS_PER_SOL)
  await connection.confirmTransaction(signature, 'confirmed')
}
