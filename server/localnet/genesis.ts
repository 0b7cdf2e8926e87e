import { createHash, randomBytes } from 'node:crypto'
import { Keypair, PublicKey } from '@solana/web3.js'
import { LOCALNET_USDC_MINT, type LocalnetKeyName, localnetKeypair } from '#client/localnet-keys.ts'
import type { Account } from './accounts.ts'
import { type Address, encodeBase58 } from './base58.ts'
import { type Chain, newChain } from './chain.ts'
import type { Ledger } from './ledger.ts'
import { SYSTEM_PROGRAM, TOKEN_PROGRAM, UPGRADEABLE_LOADER } from './programs.ts'

const LAMPORTS_PER_SOL = 1_000_000_000n
const FAUCET_SOL = 500_000_000n
const FUNDED_SOL = 10_000n
const FUNDED: readonly LocalnetKeyName[] = ['admin', 'keeper', 'usdc-authority', 'lp']
/** What rent exemption asks per byte, with the 128 bytes that every account counts for. */
const RENT_LAMPORTS_PER_BYTE = 6_960n
const USDC_DECIMALS = 6

/** Pays airdrops. As worthless as every key of the localnet: its seed is public. */
export const FAUCET: Keypair = Keypair.fromSeed(createHash('sha256').update('quantdesk localnet faucet').digest())
/** Stands for the validator: leader of every slot. */
export const IDENTITY: Address = Keypair.fromSeed(
  createHash('sha256').update('quantdesk localnet identity').digest(),
).publicKey.toBase58()

/** The exchange program as built: deployed at `id`, upgradeable by the admin key. */
export type ProgramBuild = { id: Address; elf: Uint8Array }

/** A fresh chain: random hash, so that nobody mistakes it for an earlier one. */
export function genesis(
  nowMs: number,
  program: ProgramBuild | undefined,
): { chain: Chain; accounts: [Address, Account][] } {
  const wallet = (sol: bigint): Account => ({
    lamports: sol * LAMPORTS_PER_SOL,
    data: new Uint8Array(),
    owner: SYSTEM_PROGRAM,
    executable: false,
  })
  return {
    chain: newChain(encodeBase58(randomBytes(32)), Math.floor(nowMs / 1_000)),
    accounts: [
      [FAUCET.publicKey.toBase58(), wallet(FAUCET_SOL)],
      ...FUNDED.map((name): [Address, Account] => [localnetKeypair(name).publicKey.toBase58(), wallet(FUNDED_SOL)]),
      [LOCALNET_USDC_MINT.toBase58(), usdcMint()],
      ...(program === undefined ? [] : programAccounts(program, 0)),
    ],
  }
}

/** Test USDC: classic SPL mint, supply 0, minted by `usdc-authority`. */
function usdcMint(): Account {
  const data = Buffer.alloc(82)
  data.writeUInt32LE(1, 0)
  localnetKeypair('usdc-authority').publicKey.toBuffer().copy(data, 4)
  data[44] = USDC_DECIMALS
  data[45] = 1
  return rentExempt(data, TOKEN_PROGRAM)
}

/** Loader-v3 layouts: `UpgradeableLoaderState` with a u32 tag. */
const PROGRAM_TAG = 2
const PROGRAM_DATA_TAG = 3
export const PROGRAM_DATA_HEADER = 45

export function programDataAddress(program: Address): Address {
  const [address] = PublicKey.findProgramAddressSync(
    [new PublicKey(program).toBuffer()],
    new PublicKey(UPGRADEABLE_LOADER),
  )
  return address.toBase58()
}

function programAccounts({ id, elf }: ProgramBuild, slot: number): [Address, Account][] {
  const dataAddress = programDataAddress(id)
  const header = Buffer.alloc(PROGRAM_DATA_HEADER)
  header.writeUInt32LE(PROGRAM_DATA_TAG, 0)
  header.writeBigUInt64LE(BigInt(slot), 4)
  header[12] = 1
  localnetKeypair('admin').publicKey.toBuffer().copy(header, 13)
  const program = Buffer.alloc(36)
  program.writeUInt32LE(PROGRAM_TAG, 0)
  new PublicKey(dataAddress).toBuffer().copy(program, 4)
  return [
    [dataAddress, rentExempt(Buffer.concat([header, elf]), UPGRADEABLE_LOADER)],
    [id, { ...rentExempt(program, UPGRADEABLE_LOADER), executable: true }],
  ]
}

function rentExempt(data: Uint8Array, owner: Address): Account {
  return { lamports: RENT_LAMPORTS_PER_BYTE * BigInt(data.length + 128), data, owner, executable: false }
}

/**
 * Deploys `program` over what the ledger holds, when it is another build.
 * @returns hashes of the builds, or undefined when the ledger has this one already.
 */
export async function upgradeProgram(
  ledger: Pick<Ledger, 'accounts' | 'setAccounts' | 'chain'>,
  program: ProgramBuild,
): Promise<{ from: string | null; to: string } | undefined> {
  const deployed = ledger.accounts.get(programDataAddress(program.id))
  const elf = deployed?.data.subarray(PROGRAM_DATA_HEADER)
  if (elf !== undefined && Buffer.compare(elf, program.elf) === 0) return undefined
  await ledger.setAccounts(programAccounts(program, ledger.chain.slot))
  return { from: elf === undefined ? null : sha256(elf), to: sha256(program.elf) }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
