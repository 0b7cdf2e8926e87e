import { useQuery } from '@tanstack/react-query'
import { create } from 'zustand'
import { chainConfig, openConnection } from './chain.ts'
import { useWallet } from './store.ts'

/** What the wallet itself holds, outside the exchange, in native units. */
export type WalletBalances = { sol: bigint; usdc: bigint }

const REFRESH_MS = 20_000

/** Counts up when something of ours has changed what the wallet holds. */
const useEpoch = create<{ epoch: number }>()(() => ({ epoch: 0 }))

/** Have the balances asked for again now. */
export const refreshBalances = (): void => useEpoch.setState(({ epoch }) => ({ epoch: epoch + 1 }))

/** Undefined while unknown or without a wallet. */
export function useWalletBalances(): WalletBalances | undefined {
  const address = useWallet((wallet) => wallet.address)
  const epoch = useEpoch((state) => state.epoch)
  return useQuery({
    queryKey: ['wallet-balances', address, epoch],
    queryFn: () => (address === null ? Promise.reject(new Error('no wallet')) : walletBalances(address)),
    enabled: address !== null,
    refetchInterval: REFRESH_MS,
    // While the same wallet is asked again; never those of another wallet.
    placeholderData: (previous, query) => (query?.queryKey[1] === address ? previous : undefined),
  }).data
}

async function walletBalances(owner: string): Promise<WalletBalances> {
  const [{ PublicKey }, connection] = await Promise.all([import('@solana/web3.js'), openConnection()])
  const [sol, usdc] = await Promise.all([
    connection.getBalance(new PublicKey(owner)),
    tokenBalance(owner, chainConfig().usdcMint),
  ])
  return { sol: BigInt(sol), usdc }
}

const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
const ASSOCIATED_TOKEN_PROGRAM = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'
/** SPL token account: mint 32, owner 32, then the amount, u64 little-endian. */
const AMOUNT_OFFSET = 64

/** Native units of a token in the owner's associated token account; 0 when it has none. */
export async function tokenBalance(owner: string, mint: string): Promise<bigint> {
  const [{ PublicKey }, connection] = await Promise.all([import('@solana/web3.js'), openConnection()])
  const [address] = PublicKey.findProgramAddressSync(
    [new PublicKey(owner).toBytes(), new PublicKey(TOKEN_PROGRAM).toBytes(), new PublicKey(mint).toBytes()],
    new PublicKey(ASSOCIATED_TOKEN_PROGRAM),
  )
  const account = await connection.getAccountInfo(address)
  if (account === null) return 0n
  const { buffer, byteOffset } = account.data
  return new DataView(buffer, byteOffset).getBigUint64(AMOUNT_OFFSET, true)
}
