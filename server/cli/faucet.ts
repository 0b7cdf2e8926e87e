import { parseArgs } from 'node:util'
import { getAssociatedTokenAddressSync } from '@solana/spl-token'
import { Connection, LAMPORTS_PER_SOL, PublicKey } from '@solana/web3.js'
import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { formatUnits, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import { localnetCheats } from '#server/chain/index.ts'
import { loadConfig } from '../platform/config.ts'
import { AppError } from '../platform/errors.ts'

const USAGE = 'Usage: ./qd -- faucet ADDRESS [--sol 10] [--usdc 10000]'

/** Adds test SOL and test USDC to a wallet on the local chain. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { sol: { type: 'string', default: '10' }, usdc: { type: 'string', default: '10000' } },
  })
  const config = loadConfig()
  if (config.cluster !== 'localnet') {
    throw new AppError('BAD_INPUT', {
      message: `The faucet works on the local chain only; CLUSTER is ${config.cluster}.`,
    })
  }
  const owner = walletAddress(positionals[0])
  const sol = amount(values.sol, 9)
  const usdc = amount(values.usdc, QUOTE_DECIMALS)

  const connection = new Connection(config.rpcUrl, 'confirmed')
  if (sol > 0n) await connection.confirmTransaction(await connection.requestAirdrop(owner, Number(sol)), 'confirmed')
  const held = await tokenBalance(connection, owner)
  if (usdc > 0n) await localnetCheats(config.rpcUrl).setTokenAccount(owner, LOCALNET_USDC_MINT, held + usdc)

  const lamports = await connection.getBalance(owner)
  console.log(
    `${owner.toBase58()} holds ${lamports / LAMPORTS_PER_SOL} SOL and ${formatUnits(held + usdc, QUOTE_DECIMALS)} test USDC.`,
  )
  return 0
}

async function tokenBalance(connection: Connection, owner: PublicKey): Promise<bigint> {
  const account = getAssociatedTokenAddressSync(LOCALNET_USDC_MINT, owner, true)
  if ((await connection.getAccountInfo(account)) === null) return 0n
  return BigInt((await connection.getTokenAccountBalance(account)).value.amount)
}

function walletAddress(text: string | undefined): PublicKey {
  try {
    return new PublicKey(text ?? '')
  } catch {
    throw new AppError('BAD_INPUT', { message: `"${text ?? ''}" is not a wallet address.\n${USAGE}` })
  }
}

function amount(text: string, decimals: number): bigint {
  try {
    return parseUnits(text, decimals)
  } catch (error) {
    throw new AppError('BAD_INPUT', {
      message: `${error instanceof Error ? error.message : text}\n${USAGE}`,
      cause: error,
    })
  }
}
