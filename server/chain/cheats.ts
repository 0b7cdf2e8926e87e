import type { PublicKey } from '@solana/web3.js'
import { z } from 'zod'
import { AppError, errorMessage } from '#server/platform/errors.ts'

/**
 * Cheats of the local chain (surfpool's names and shapes): they write accounts and time without a transaction. A real
 * cluster answers "method not found".
 */
export type Cheats = {
  /** Writes the given fields of an account; the rest keeps its value. */
  setAccount(
    address: PublicKey,
    account: { lamports?: number; owner?: PublicKey; data?: Uint8Array; executable?: boolean },
  ): Promise<void>
  /** Sets what the owner's associated token account holds; the mint's supply follows. */
  setTokenAccount(owner: PublicKey, mint: PublicKey, amount: bigint): Promise<void>
  /** Moves the chain's clock forward. */
  timeTravel(to: { absoluteTimestampMs: number } | { absoluteSlot: number }): Promise<void>
}

const answer = z.object({ error: z.object({ code: z.number(), message: z.string() }).optional() })

export function localnetCheats(rpcUrl: string): Cheats {
  let id = 0
  const call = async (method: string, params: unknown[]): Promise<void> => {
    id += 1
    let reply: z.infer<typeof answer>
    try {
      const response = await fetch(rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
        signal: AbortSignal.timeout(10_000),
      })
      reply = answer.parse(await response.json())
    } catch (cause) {
      throw new AppError('CHAIN_UNAVAILABLE', {
        message: `${method}: the local chain does not answer: ${errorMessage(cause)}`,
        cause,
      })
    }
    if (reply.error)
      throw new AppError('BAD_INPUT', { message: `${method}: ${reply.error.message} (${reply.error.code})` })
  }
  return {
    setAccount: (address, { lamports, owner, data, executable }) =>
      call('surfnet_setAccount', [
        address.toBase58(),
        {
          ...(lamports === undefined ? {} : { lamports }),
          ...(owner === undefined ? {} : { owner: owner.toBase58() }),
          ...(data === undefined ? {} : { data: Buffer.from(data).toString('hex') }),
          ...(executable === undefined ? {} : { executable }),
        },
      ]),
    setTokenAccount: (owner, mint, amount) =>
      call('surfnet_setTokenAccount', [owner.toBase58(), mint.toBase58(), { amount: Number(amount) }]),
    timeTravel: (to) =>
      call('surfnet_timeTravel', [
        'absoluteSlot' in to ? { absoluteSlot: to.absoluteSlot } : { absoluteTimestamp: to.absoluteTimestampMs },
      ]),
  }
}
