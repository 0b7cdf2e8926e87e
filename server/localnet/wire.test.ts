import { Keypair, SystemProgram, TransactionMessage, VersionedTransaction } from '@solana/web3.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSvm } from './svm.ts'
import { decodeTransaction, isWritable, NOTHING_LOADED, WireError } from './wire.ts'

const payer = Keypair.generate()
const other = Keypair.generate().publicKey

function bytes(version: 'legacy' | 0): Uint8Array {
  const message = new TransactionMessage({
    payerKey: payer.publicKey,
    recentBlockhash: other.toBase58(),
    instructions: [SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: other, lamports: 1 })],
  })
  const compiled = version === 0 ? message.compileToV0Message() : message.compileToLegacyMessage()
  const transaction = new VersionedTransaction(compiled)
  transaction.sign([payer])
  return transaction.serialize()
}

it.each(['legacy', 0] as const)('reads a %s transaction', (version) => {
  const wire = bytes(version)
  const { message, bytes: own } = decodeTransaction(Buffer.concat([wire, Buffer.from([1, 2, 3])]))
  expect(message.version).toBe(version)
  expect(message.keys).toEqual([payer.publicKey, other, SystemProgram.programId].map((key) => key.toBase58()))
  expect(message.blockhash).toBe(other.toBase58())
  // What stands behind the transaction is not part of it.
  expect(Buffer.from(own)).toEqual(Buffer.from(wire))
})

it('knows what is write-locked: payer and recipient, not the program', () => {
  const { message } = decodeTransaction(bytes(0))
  const writable = message.keys.map((_, index) => isWritable(message, message.keys, NOTHING_LOADED, index))
  expect(writable).toEqual([true, true, false])
})

it('refuses a version that it does not know', () => {
  const wire = bytes(0)
  wire[65] = 0x81
  expect(() => decodeTransaction(wire)).toThrow(/version 1/)
})

// LiteSVM's native code ends the process when bytes do not decode: a test that survives is the proof.
it('lets nothing through that LiteSVM cannot decode', () => {
  const svm = createSvm()
  const whole = { legacy: bytes('legacy'), 0: bytes(0) }
  let accepted = 0
  fc.assert(
    fc.property(
      fc.constantFrom('legacy' as const, 0 as const),
      fc.array(fc.tuple(fc.nat(260), fc.nat(255)), { maxLength: 4 }),
      fc.option(fc.nat(260)),
      (version, changes, cut) => {
        const wire = Uint8Array.from(whole[version])
        // Changes fall on lengths and indexes more often than on keys and signatures.
        for (const [at, value] of changes) wire[at < 130 ? 64 + (at % 6) : at % wire.length] = value
        try {
          const { bytes: own } = decodeTransaction(cut === null ? wire : wire.subarray(0, cut))
          accepted += 1
          svm.simulate(own, { verify: false })
          svm.execute(own)
        } catch (error) {
          if (!(error instanceof WireError)) throw error
        }
      },
    ),
    { numRuns: 3_000 },
  )
  expect(accepted).toBeGreaterThan(50)
})
