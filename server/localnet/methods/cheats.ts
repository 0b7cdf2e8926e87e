import { PublicKey } from '@solana/web3.js'
import { z } from 'zod'
import { type Account, mintSupply, tokenAccount } from '../accounts.ts'
import { type BankView, currentBank } from '../bank-view.ts'
import { type Address, addressBytes } from '../base58.ts'
import { SLOTS_PER_EPOCH } from '../chain.ts'
import { invalidParams } from '../errors.ts'
import type { Ledger } from '../ledger.ts'
import { address, optional, slot } from '../params.ts'
import { ASSOCIATED_TOKEN_PROGRAM, NATIVE_MINT, RESERVED_KEYS, SYSTEM_PROGRAM, TOKEN_PROGRAM } from '../programs.ts'
import { inContext, type Method, method } from '../rpc.ts'
import { epochInfo } from './cluster.ts'
import { mintOf } from './token.ts'

/** Methods under surfpool's names that no real cluster has: they write what no transaction may. */

const MAX_U64 = 0xffff_ffff_ffff_ffffn

/** An integer that JSON numbers carry exactly, or its decimal text. */
const u64 = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,20}$/)])
  .transform((value) => BigInt(value))
  .refine((value) => value <= MAX_U64, 'above the largest u64')

const accountUpdate = z.object({
  lamports: optional(u64),
  owner: optional(address),
  executable: optional(z.boolean()),
  rentEpoch: optional(u64),
  data: optional(z.string().regex(/^(?:[0-9a-fA-F]{2})*$/, 'Invalid hex data provided')),
})

/** surfpool spells "nobody" as the text null. */
const someAccount = z.union([z.literal('null'), address])
const tokenUpdate = z.object({
  amount: optional(u64),
  delegate: optional(someAccount),
  delegatedAmount: optional(u64),
  state: optional(z.enum(['initialized', 'frozen'])),
  closeAuthority: optional(someAccount),
})

const destination = z.union([
  z.object({ absoluteTimestamp: z.int().nonnegative() }),
  z.object({ absoluteSlot: slot }),
  z.object({ absoluteEpoch: z.int().nonnegative() }),
])

export const cheatMethods: Record<string, Method> = {
  surfnet_setAccount: method(z.tuple([address, accountUpdate]), async ({ ledger }, [key, update]) => {
    refuseReserved(key)
    const before = ledger.accounts.get(key)
    const data = update.data === undefined ? (before?.data ?? new Uint8Array()) : Buffer.from(update.data, 'hex')
    await write(ledger, [
      [
        key,
        {
          lamports: update.lamports ?? before?.lamports ?? ledger.rentExemptMinimum(data.length),
          data,
          owner: update.owner ?? before?.owner ?? SYSTEM_PROGRAM,
          executable: update.executable ?? before?.executable ?? false,
        },
      ],
    ])
    return inContext(ledger.chain, null)
  }),

  surfnet_setTokenAccount: method(
    z.tuple([address, address, tokenUpdate, optional(address).optional()]),
    async ({ ledger }, [owner, mint, update, program]) => {
      await write(ledger, tokenChanges(ledger, owner, mint, update, program ?? TOKEN_PROGRAM))
      return inContext(ledger.chain, null)
    },
  ),

  surfnet_resetAccount: method(z.tuple([address, z.object({}).nullish()]), async ({ ledger }, [key]) => {
    refuseReserved(key)
    await write(ledger, [[key, undefined]])
    return inContext(ledger.chain, null)
  }),

  surfnet_timeTravel: method(z.tuple([destination]), async ({ ledger }, [to]) => {
    try {
      ledger.travel(
        'absoluteTimestamp' in to
          ? { atMs: to.absoluteTimestamp }
          : { slot: 'absoluteSlot' in to ? to.absoluteSlot : to.absoluteEpoch * SLOTS_PER_EPOCH },
      )
    } catch (error) {
      if (error instanceof RangeError) throw invalidParams(error.message)
      throw error
    }
    return clockState(ledger)
  }),

  surfnet_pauseClock: method(z.tuple([]), async ({ ledger }) => {
    ledger.pauseClock()
    return clockState(ledger)
  }),

  surfnet_resumeClock: method(z.tuple([]), async ({ ledger }) => {
    ledger.resumeClock()
    return clockState(ledger)
  }),
}

async function clockState(ledger: Ledger) {
  await ledger.durable()
  return epochInfo(ledger, ledger.chain.slot)
}

function refuseReserved(key: Address): void {
  if (RESERVED_KEYS.has(key)) throw invalidParams(`Invalid params: ${key} belongs to the runtime and cannot be set.`)
}

async function write(ledger: Ledger, entries: readonly (readonly [Address, Account | undefined])[]): Promise<void> {
  try {
    await ledger.setAccounts(entries)
  } catch (error) {
    throw invalidParams(`Invalid params: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const TOKEN_ACCOUNT_SIZE = 165
const STATES = { initialized: 1, frozen: 2 }

/** The associated token account with the update applied, and the mint with the supply that follows. */
function tokenChanges(
  ledger: Ledger,
  owner: Address,
  mint: Address,
  update: z.output<typeof tokenUpdate>,
  program: Address,
): [Address, Account][] {
  const bank: BankView = currentBank(ledger)
  const { account: mintAccount } = mintOf(bank, mint)
  if (mintAccount.owner !== program) {
    throw invalidParams(`Invalid params: mint ${mint} belongs to token program ${mintAccount.owner}, not ${program}.`)
  }
  const key = associatedTokenAddress(owner, mint, program)
  const before = bank.account(key)
  const previous = before === undefined ? undefined : tokenAccount(before)
  const data = previous === undefined || before === undefined ? newTokenAccount(owner, mint) : Buffer.from(before.data)
  const amount = update.amount ?? previous?.amount ?? 0n
  data.writeBigUInt64LE(amount, 64)
  if (update.delegate !== undefined) writeOptionalKey(data, 72, update.delegate)
  if (update.state !== undefined) data[108] = STATES[update.state]
  if (update.delegatedAmount !== undefined) data.writeBigUInt64LE(update.delegatedAmount, 121)
  if (update.closeAuthority !== undefined) writeOptionalKey(data, 129, update.closeAuthority)

  const rent = ledger.rentExemptMinimum(data.length)
  if (mint === NATIVE_MINT) {
    // Wrapped SOL is the account's own lamports; the mint counts no supply.
    data.writeUInt32LE(1, 109)
    data.writeBigUInt64LE(rent, 113)
    return [[key, { lamports: rent + amount, data, owner: program, executable: false }]]
  }
  const supply = mintSupply(mintAccount) + amount - (previous?.amount ?? 0n)
  if (supply < 0n || supply > MAX_U64) {
    throw invalidParams(`Invalid params: the supply of mint ${mint} would be ${supply}, which no u64 holds.`)
  }
  const mintData = Buffer.from(mintAccount.data)
  mintData.writeBigUInt64LE(supply, 36)
  return [
    [key, { lamports: before?.lamports ?? rent, data, owner: program, executable: false }],
    [mint, { ...mintAccount, data: mintData }],
  ]
}

function newTokenAccount(owner: Address, mint: Address): Buffer {
  const data = Buffer.alloc(TOKEN_ACCOUNT_SIZE)
  data.set(addressBytes(mint), 0)
  data.set(addressBytes(owner), 32)
  data[108] = STATES.initialized
  return data
}

function writeOptionalKey(data: Buffer, offset: number, key: Address): void {
  data.writeUInt32LE(key === 'null' ? 0 : 1, offset)
  data.set(key === 'null' ? new Uint8Array(32) : addressBytes(key), offset + 4)
}

function associatedTokenAddress(owner: Address, mint: Address, program: Address): Address {
  const seeds = [owner, program, mint].map(addressBytes)
  return PublicKey.findProgramAddressSync(seeds, new PublicKey(ASSOCIATED_TOKEN_PROGRAM))[0].toBase58()
}
