import { type Account, mintDecimals, mintSupply, tokenAccount } from './accounts.ts'
import { type Address, toAddress } from './base58.ts'
import { PROGRAM_DATA_HEADER } from './genesis.ts'
import { parseLookupTable } from './lookup-tables.ts'
import { NONCE_ACCOUNT_SIZE, parseNonce } from './nonce.ts'
import {
  ADDRESS_LOOKUP_TABLE_PROGRAM,
  CLOCK_SYSVAR,
  isTokenProgram,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
  UPGRADEABLE_LOADER,
} from './programs.ts'
import { uiTokenAmount } from './token-amount.ts'

type Parsed = { program: string; parsed: { type: string; info: unknown }; space: number }
type Lookup = (address: Address) => Account | undefined

/** The account as jsonParsed shows it; undefined where a validator falls back to base64. */
export function parseAccount(address: Address, account: Account, lookup: Lookup): Parsed | undefined {
  const content = parsers(address, account, lookup)
  return content === undefined ? undefined : { ...content, space: account.data.length }
}

function parsers(address: Address, account: Account, lookup: Lookup): Omit<Parsed, 'space'> | undefined {
  const { owner, data } = account
  if (isTokenProgram(owner)) {
    const parsed = tokenContent(account, lookup)
    return parsed && { program: owner === TOKEN_PROGRAM ? 'spl-token' : 'spl-token-2022', parsed }
  }
  if (address === CLOCK_SYSVAR) return { program: 'sysvar', parsed: { type: 'clock', info: clockInfo(data) } }
  if (owner === ADDRESS_LOOKUP_TABLE_PROGRAM) {
    const table = parseLookupTable(data)
    return table && { program: 'address-lookup-table', parsed: { type: 'lookupTable', info: lookupTableInfo(table) } }
  }
  if (owner === SYSTEM_PROGRAM && data.length === NONCE_ACCOUNT_SIZE) {
    const nonce = parseNonce(account)
    if (nonce === undefined) return { program: 'nonce', parsed: { type: 'uninitialized', info: null } }
    const feeCalculator = { lamportsPerSignature: nonce.lamportsPerSignature.toString() }
    const info = { authority: nonce.authority, blockhash: nonce.nonce, feeCalculator }
    return { program: 'nonce', parsed: { type: 'initialized', info } }
  }
  if (owner === UPGRADEABLE_LOADER) {
    const parsed = loaderContent(data)
    return parsed && { program: 'bpf-upgradeable-loader', parsed }
  }
  return undefined
}

const TOKEN_STATES = ['uninitialized', 'initialized', 'frozen'] as const

function tokenContent(account: Account, lookup: Lookup): Parsed['parsed'] | undefined {
  const body = buffer(account.data)
  const token = tokenAccount(account)
  if (token !== undefined) {
    const mint = toAddress(token.mint)
    const mintAccount = lookup(mint)
    const decimals = mintAccount === undefined ? undefined : mintDecimals(mintAccount)
    if (decimals === undefined) return undefined
    const delegate = optionalKey(body, 72)
    const reserve = body.readUInt32LE(109) === 1 ? body.readBigUInt64LE(113) : undefined
    const closeAuthority = optionalKey(body, 129)
    const info = {
      mint,
      owner: toAddress(token.owner),
      tokenAmount: uiTokenAmount(token.amount, decimals),
      ...(delegate === null ? {} : { delegate }),
      state: TOKEN_STATES[account.data[108] ?? 0],
      isNative: reserve !== undefined,
      ...(reserve === undefined ? {} : { rentExemptReserve: uiTokenAmount(reserve, decimals) }),
      ...(delegate === null ? {} : { delegatedAmount: uiTokenAmount(body.readBigUInt64LE(121), decimals) }),
      ...(closeAuthority === null ? {} : { closeAuthority }),
    }
    return { type: 'account', info }
  }
  const decimals = mintDecimals(account)
  if (decimals === undefined) return undefined
  const info = {
    mintAuthority: optionalKey(body, 0),
    supply: mintSupply(account).toString(),
    decimals,
    isInitialized: true,
    freezeAuthority: optionalKey(body, 46),
  }
  return { type: 'mint', info }
}

/** SPL's COption: a u32 tag before the key. */
function optionalKey(body: Buffer, offset: number): Address | null {
  return body.readUInt32LE(offset) === 1 ? toAddress(body.subarray(offset + 4, offset + 36)) : null
}

function lookupTableInfo(table: NonNullable<ReturnType<typeof parseLookupTable>>) {
  return {
    deactivationSlot: table.deactivationSlot.toString(),
    lastExtendedSlot: table.lastExtendedSlot.toString(),
    lastExtendedSlotStartIndex: table.lastExtendedStartIndex,
    ...(table.authority === null ? {} : { authority: table.authority }),
    addresses: table.addresses,
  }
}

function clockInfo(data: Uint8Array) {
  const body = buffer(data)
  return {
    slot: Number(body.readBigUInt64LE(0)),
    epochStartTimestamp: Number(body.readBigInt64LE(8)),
    epoch: Number(body.readBigUInt64LE(16)),
    leaderScheduleEpoch: Number(body.readBigUInt64LE(24)),
    unixTimestamp: Number(body.readBigInt64LE(32)),
  }
}

function loaderContent(data: Uint8Array): Parsed['parsed'] | undefined {
  const body = buffer(data)
  if (body.length < 4) return undefined
  switch (body.readUInt32LE(0)) {
    case 0:
      return { type: 'uninitialized', info: null }
    case 1: {
      const authority = body[4] === 1 ? toAddress(body.subarray(5, 37)) : null
      return { type: 'buffer', info: { authority, data: [body.subarray(37).toString('base64'), 'base64'] } }
    }
    case 2:
      return { type: 'program', info: { programData: toAddress(body.subarray(4, 36)) } }
    case 3: {
      const authority = body[12] === 1 ? toAddress(body.subarray(13, PROGRAM_DATA_HEADER)) : null
      const content = [body.subarray(PROGRAM_DATA_HEADER).toString('base64'), 'base64']
      return { type: 'programData', info: { slot: Number(body.readBigUInt64LE(4)), authority, data: content } }
    }
    default:
      return undefined
  }
}

const buffer = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength)
