import { zstdCompressSync } from 'node:zlib'
import type { Account } from './accounts.ts'
import { type Address, encodeBase58 } from './base58.ts'
import { RpcError } from './errors.ts'
import { jsonInteger } from './json.ts'
import type { AccountEncoding, DataSlice } from './params.ts'
import { parseAccount } from './parsed-accounts.ts'

/** Rent epoch of every rent-exempt account since rent is not collected any more. */
const RENT_EPOCH = 0xffff_ffff_ffff_ffffn
const MAX_BASE58_BYTES = 128

export type AccountFormat = { encoding?: AccountEncoding | undefined; dataSlice?: DataSlice | undefined }

type Lookup = (address: Address) => Account | undefined

/**
 * The account as an RPC method answers it.
 * @param lookup - finds a token account's mint for jsonParsed.
 * @throws RpcError when base58 is asked of more than 128 bytes.
 */
export function accountView(address: Address, account: Account, format: AccountFormat, lookup: Lookup) {
  const { encoding = 'binary', dataSlice } = format
  const inBase58 = encoding === 'base58' || encoding === 'binary'
  if (inBase58 && slice(account.data, dataSlice).length > MAX_BASE58_BYTES) {
    throw new RpcError(
      -32600,
      `Encoded binary (base 58) data should be less than ${MAX_BASE58_BYTES} bytes, please use Base64 encoding.`,
    )
  }
  return notifiedAccountView(address, account, format, lookup)
}

/**
 * A validator's `UiAccount`, as notifications carry it. Without an encoding data is a bare base58 string, as of old;
 * where that would be too long it says so.
 */
export function notifiedAccountView(
  address: Address,
  account: Account,
  { encoding = 'binary', dataSlice }: AccountFormat,
  lookup: Lookup,
) {
  return {
    data: encodeData(address, account, encoding, dataSlice, lookup),
    executable: account.executable,
    lamports: jsonInteger(account.lamports),
    owner: account.owner,
    rentEpoch: jsonInteger(RENT_EPOCH),
    space: account.data.length,
  }
}

function encodeData(
  address: Address,
  account: Account,
  encoding: AccountEncoding,
  dataSlice: DataSlice | undefined,
  lookup: Lookup,
) {
  const data = slice(account.data, dataSlice)
  switch (encoding) {
    case 'binary':
      return base58(data)
    case 'base58':
      return [base58(data), encoding]
    case 'base64':
      return [base64(data), encoding]
    case 'base64+zstd':
      return [zstdCompressSync(data).toString('base64'), encoding]
    case 'jsonParsed':
      return parseAccount(address, account, lookup) ?? [base64(data), 'base64']
  }
}

function slice(data: Uint8Array, part: DataSlice | undefined): Uint8Array {
  return part === undefined ? data : data.subarray(part.offset, part.offset + part.length)
}

function base58(data: Uint8Array): string {
  return data.length <= MAX_BASE58_BYTES ? encodeBase58(data) : 'error: data too large for bs58 encoding'
}

export function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
}
