import { Keypair, PublicKey, TransactionInstruction } from '@solana/web3.js'
import { expect, it } from 'vitest'
import { partition } from './partition.ts'

const payer = Keypair.generate().publicKey
const instruction = (bytes: number) =>
  new TransactionInstruction({
    programId: PublicKey.unique(),
    keys: [{ pubkey: payer, isSigner: true, isWritable: true }],
    data: Buffer.alloc(bytes),
  })

it('puts as many instructions into a transaction as fit, in their order', async () => {
  const all = [300, 300, 300, 300, 100].map(instruction)
  const parts = await partition(all, payer)
  expect(parts.map(({ length }) => length)).toEqual([3, 2])
  expect(parts.flat()).toEqual(all)
})

it('leaves what fits into one together', async () => {
  expect(await partition([10, 10].map(instruction), payer)).toHaveLength(1)
  expect(await partition([], payer)).toEqual([])
})
