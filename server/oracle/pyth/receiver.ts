import { createHash } from 'node:crypto'
import { type AccountMeta, PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import { u8, u32, Writer } from '#client/layout.ts'
import { PYTH_RECEIVERS } from '#client/price-update.ts'
import { type AccumulatorMessage, PYTH_EMITTERS, type PythUpdate } from './accumulator.ts'

/**
 * Instructions of Pyth's receiver and of the Wormhole verifier it trusts, from the layout of their public IDLs
 * (pyth-network/pyth-crosschain, target_chains/solana/sdk/js/pyth_solana_receiver/src/idl).
 */

/** The two programs that post prices of one emitter. */
export type ReceiverPrograms = { receiver: PublicKey; verifier: PublicKey }

const GENERATIONS: readonly ReceiverPrograms[] = [
  {
    receiver: new PublicKey(PYTH_RECEIVERS[0]),
    verifier: new PublicKey('HDwcJBJXjL9FpJ7UBsYBtaDjsBUhuLCUYoz3zr8SWWaQ'),
  },
  {
    receiver: new PublicKey(PYTH_RECEIVERS[1]),
    verifier: new PublicKey('HDw2E7P8X1SkCyjvoGsfBGAVUutKcj874bXjHrpVYrVL'),
  },
]

/** Prices signed by the Wormhole guardians go to the older programs, those of Pyth's routers to the newer. */
export function programsFor({ emitter }: Pick<AccumulatorMessage, 'emitter'>): ReceiverPrograms {
  const programs = GENERATIONS[PYTH_EMITTERS.indexOf(emitter)]
  if (programs === undefined) throw new RangeError(`${emitter} is no emitter of Pyth`)
  return programs
}

/** Any of 256 accounts takes the fee; one poster needs no more than one. */
const TREASURY = 0
/** What precedes the VAA in the account that holds it. */
export const ENCODED_VAA_HEADER = 46

export function guardianSetAddress({ verifier }: ReceiverPrograms, index: number): PublicKey {
  const seed = Buffer.alloc(4)
  seed.writeUInt32BE(index)
  return PublicKey.findProgramAddressSync([Buffer.from('GuardianSet'), seed], verifier)[0]
}

export const configAddress = ({ receiver }: ReceiverPrograms): PublicKey =>
  PublicKey.findProgramAddressSync([Buffer.from('config')], receiver)[0]

export const treasuryAddress = ({ receiver }: ReceiverPrograms): PublicKey =>
  PublicKey.findProgramAddressSync([Buffer.from('treasury'), Uint8Array.of(TREASURY)], receiver)[0]

type Posting = { programs: ReceiverPrograms; payer: PublicKey; priceAccount: PublicKey; update: PythUpdate }

/** Verifies the signatures in the same instruction: full verification only where all that count fit in. */
export function postUpdateAtomic(
  { programs, payer, priceAccount, update }: Posting,
  { vaa, guardianSet }: { vaa: Uint8Array; guardianSet: number },
): TransactionInstruction {
  return new TransactionInstruction({
    programId: programs.receiver,
    keys: [
      signer(payer, true),
      account(guardianSetAddress(programs, guardianSet)),
      account(configAddress(programs)),
      account(treasuryAddress(programs), true),
      signer(priceAccount, true),
      account(SystemProgram.programId),
      signer(payer),
    ],
    data: data('post_update_atomic', (writer) => {
      bytes(writer, vaa)
      merkleUpdate(writer, update)
      u8.write(writer, TREASURY)
    }),
  })
}

/** Posts from a VAA that the verifier has checked before: always fully verified. */
export function postUpdate(
  { programs, payer, priceAccount, update }: Posting,
  encodedVaa: PublicKey,
): TransactionInstruction {
  return new TransactionInstruction({
    programId: programs.receiver,
    keys: [
      signer(payer, true),
      account(encodedVaa),
      account(configAddress(programs)),
      account(treasuryAddress(programs), true),
      signer(priceAccount, true),
      account(SystemProgram.programId),
      signer(payer),
    ],
    data: data('post_update', (writer) => {
      merkleUpdate(writer, update)
      u8.write(writer, TREASURY)
    }),
  })
}

type Draft = { programs: ReceiverPrograms; authority: PublicKey; encodedVaa: PublicKey }

export function initEncodedVaa({ programs, authority, encodedVaa }: Draft): TransactionInstruction {
  return new TransactionInstruction({
    programId: programs.verifier,
    keys: [signer(authority), account(encodedVaa, true)],
    data: data('init_encoded_vaa'),
  })
}

/** Writes a part of the VAA at `index`. */
export function writeEncodedVaa(
  { programs, authority, encodedVaa }: Draft,
  { index, part }: { index: number; part: Uint8Array },
): TransactionInstruction {
  return new TransactionInstruction({
    programId: programs.verifier,
    keys: [signer(authority), account(encodedVaa, true)],
    data: data('write_encoded_vaa', (writer) => {
      u32.write(writer, index)
      bytes(writer, part)
    }),
  })
}

export function verifyEncodedVaa(
  { programs, authority, encodedVaa }: Draft,
  guardianSet: number,
): TransactionInstruction {
  return new TransactionInstruction({
    programId: programs.verifier,
    keys: [signer(authority), account(encodedVaa, true), account(guardianSetAddress(programs, guardianSet))],
    data: data('verify_encoded_vaa_v1'),
  })
}

/** Gives the rent of the VAA's account back. */
export function closeEncodedVaa({ programs, authority, encodedVaa }: Draft): TransactionInstruction {
  return new TransactionInstruction({
    programId: programs.verifier,
    keys: [signer(authority, true), account(encodedVaa, true)],
    data: data('close_encoded_vaa'),
  })
}

/** Anchor's discriminator of the instruction, then its arguments. */
function data(name: string, args: (writer: Writer) => void = () => undefined): Buffer {
  const writer = new Writer()
  writer.bytes(createHash('sha256').update(`global:${name}`).digest().subarray(0, 8))
  args(writer)
  return Buffer.from(writer.finish())
}

function merkleUpdate(writer: Writer, { message, proof }: PythUpdate): void {
  bytes(writer, message)
  u32.write(writer, proof.length)
  for (const node of proof) writer.bytes(node)
}

function bytes(writer: Writer, value: Uint8Array): void {
  u32.write(writer, value.length)
  writer.bytes(value)
}

function account(pubkey: PublicKey, isWritable = false): AccountMeta {
  return { pubkey, isSigner: false, isWritable }
}

function signer(pubkey: PublicKey, isWritable = false): AccountMeta {
  return { pubkey, isSigner: true, isWritable }
}
