/** Addresses that follow from the program's id and a seed. Seeds are part of the program's interface. */
import { PublicKey } from '@solana/web3.js'
import { PROGRAM_ADDRESS } from './generated/program.ts'
import type { Address } from './layout.ts'

/** Addresses come decoded as text and go to web3.js as keys; functions take both. */
export type AddressLike = PublicKey | Address

export const PROGRAM_ID = new PublicKey(PROGRAM_ADDRESS)
export const TOKEN_PROGRAM_ID = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA')
export const ASSOCIATED_TOKEN_PROGRAM_ID = new PublicKey('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL')
export const NATIVE_MINT = new PublicKey('So11111111111111111111111111111111111111112')
const UPGRADEABLE_LOADER_ID = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111')

export function publicKey(address: AddressLike): PublicKey {
  return typeof address === 'string' ? new PublicKey(address) : address
}

const seed = (text: string): Uint8Array => new TextEncoder().encode(text)

function derive(seeds: readonly (string | AddressLike | Uint8Array)[], program: PublicKey = PROGRAM_ID): PublicKey {
  const bytes = seeds.map((part) =>
    part instanceof Uint8Array ? part : typeof part === 'string' ? seed(part) : part.toBytes(),
  )
  return PublicKey.findProgramAddressSync(bytes, program)[0]
}

function littleEndian(value: number | bigint, size: 2 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(size))
  if (size === 2) view.setUint16(0, Number(value), true)
  else view.setBigUint64(0, BigInt(value), true)
  return new Uint8Array(view.buffer)
}

/** Finding an address takes a third of a millisecond; these few are asked for with every instruction. */
function remembered<Key extends string | number>(find: (key: Key) => PublicKey): (key: Key) => PublicKey {
  const found = new Map<Key, PublicKey>()
  return (key) => {
    const address = found.get(key) ?? find(key)
    found.set(key, address)
    return address
  }
}

const singleton = remembered((name: string) => derive([name]))
const market = remembered((index: number) => derive(['market', littleEndian(index, 2)]))
const tokenVault = remembered((mint: Address) => derive(['token_vault', publicKey(mint)]))
const vaultTokens = remembered((mint: Address) => derive(['vault_tokens', publicKey(mint)]))

export const exchangeAddress = (): PublicKey => singleton('exchange')
export const poolAddress = (): PublicKey => singleton('pool')
export const insuranceAddress = (): PublicKey => singleton('insurance')
export const marketAddress = (index: number): PublicKey => market(index)
export const tokenVaultAddress = (mint: AddressLike): PublicKey => tokenVault(mint.toString())
/** Token account that holds a vault's tokens. */
export const vaultTokensAddress = (mint: AddressLike): PublicKey => vaultTokens(mint.toString())
export const userAccountAddress = (authority: AddressLike): PublicKey => derive(['user', publicKey(authority)])
export const subAccountAddress = (authority: AddressLike, id: number): PublicKey =>
  derive(['sub_account', publicKey(authority), littleEndian(id, 2)])
export const poolTicketAddress = (owner: AddressLike, id: bigint): PublicKey =>
  derive(['pool_ticket', publicKey(owner), littleEndian(id, 8)])
/** A proposed admin change. */
export const changeAddress = (id: bigint): PublicKey => derive(['change', littleEndian(id, 8)])
/** Token account that exists only inside one withdrawal of SOL. */
export const unwrapAddress = (subAccount: AddressLike): PublicKey => derive(['unwrap', publicKey(subAccount)])
/** Signs the self-CPI that carries an event. */
export const eventAuthorityAddress = (): PublicKey => singleton('__event_authority')
/** Where the loader keeps the program's code and upgrade authority. */
export const programDataAddress = (): PublicKey => derive([PROGRAM_ID], UPGRADEABLE_LOADER_ID)
/** The wallet's usual token account of a classic SPL mint. */
export const associatedTokenAddress = (mint: AddressLike, owner: AddressLike): PublicKey =>
  derive([publicKey(owner), TOKEN_PROGRAM_ID, publicKey(mint)], ASSOCIATED_TOKEN_PROGRAM_ID)
