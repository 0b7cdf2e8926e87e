import { t } from '#app/i18n/t.ts'
import { refreshBalances, tokenBalance } from './balances.ts'
import { chainConfig, openConnection } from './chain.ts'
import { TransactionError } from './transaction-error.ts'

/** What one click of the localnet faucet gives. */
export const FAUCET = { sol: 10_000_000_000n, usdc: 10_000_000_000n }

/**
 * Test SOL and test USDC for `owner`, from the localnet's own airdrop and cheats: no transaction of the wallet, so it
 * needs no signature. @throws TransactionError when the chain does not answer or is not a localnet.
 */
export async function fundOnLocalnet(owner: string): Promise<void> {
  const { rpcUrl, usdcMint, features } = chainConfig()
  if (!features.faucet) {
    throw new TransactionError('rejected', {
      message: t('Only the localnet gives out test funds. Send USDC to this wallet instead.'),
    })
  }
  try {
    const [{ PublicKey }, connection, held] = await Promise.all([
      import('@solana/web3.js'),
      openConnection(),
      tokenBalance(owner, usdcMint),
    ])
    await connection.requestAirdrop(new PublicKey(owner), Number(FAUCET.sol))
    await rpc(rpcUrl, 'surfnet_setTokenAccount', [owner, usdcMint, { amount: Number(held + FAUCET.usdc) }])
    refreshBalances()
  } catch (cause) {
    throw new TransactionError('unreachable', {
      message: t('The localnet did not give out test funds ({reason}). Try again in a moment.', {
        reason: cause instanceof Error ? cause.message : String(cause),
      }),
      cause,
    })
  }
}

async function rpc(url: string, method: string, params: unknown[]): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: method, method, params }),
  })
  const reply: unknown = await response.json()
  if (typeof reply === 'object' && reply !== null && 'error' in reply) throw new Error(JSON.stringify(reply.error))
}
