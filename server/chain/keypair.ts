import { readFileSync } from 'node:fs'
import { Keypair } from '@solana/web3.js'
import bs58 from 'bs58'
import { z } from 'zod'
import { AppError, errorMessage } from '#server/platform/errors.ts'

const secretKeyBytes = z.array(z.number().int().min(0).max(255)).length(64)

/**
 * A keypair from what a person can configure: a base58 secret key (as wallets export it) or a file written by
 * solana-keygen. The text itself is never repeated in an error.
 * @throws AppError BAD_INPUT naming `setting`.
 */
export function readKeypair(setting: string, value: string): Keypair {
  try {
    if (/^[1-9A-HJ-NP-Za-km-z]{80,90}$/.test(value)) return Keypair.fromSecretKey(bs58.decode(value))
    return Keypair.fromSecretKey(Uint8Array.from(secretKeyBytes.parse(JSON.parse(readFileSync(value, 'utf8')))))
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError || cause instanceof SyntaxError
        ? 'the file is not a solana-keygen key'
        : errorMessage(cause)
    throw new AppError('BAD_INPUT', {
      message: `${setting} is neither a base58 secret key nor a readable key file: ${reason}`,
      cause,
    })
  }
}
