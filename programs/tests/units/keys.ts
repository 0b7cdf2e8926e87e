/** Keys that follow from a name: addresses found by trying cost compute units, so the table needs the same ones always. */
import { createHash } from 'node:crypto'
import { Keypair } from '@solana/web3.js'

/** From here on generated keys follow from `name` and their number. */
export function fixKeys(name: string): void {
  let count = 0
  Keypair.generate = () => Keypair.fromSeed(createHash('sha256').update(`${name} ${count++}`).digest())
}

fixKeys('units')
