import { type Address, encodeBase58, toAddress } from './base58.ts'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  isTokenProgram,
  MEMO_PROGRAM,
  MEMO_V1_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
} from './programs.ts'
import { uiTokenAmount } from './token-amount.ts'

/** An instruction with its keys spelt out. */
export type ResolvedInstruction = { program: Address; accounts: readonly Address[]; data: Uint8Array }
type Parsed = { type: string; info: object }
type Layout = (instruction: {
  body: Buffer
  account: (index: number) => Address
  rest: (from: number) => Address[]
}) => Parsed

/**
 * The instruction as jsonParsed shows it: programs that everybody uses are read, others keep their data in base58.
 * `stackHeight`: 1 for the transaction's own instructions, more for what they call.
 */
export function instructionView({ program, accounts, data }: ResolvedInstruction, stackHeight: number) {
  const parsed = parse(program, accounts, data)
  return parsed === undefined
    ? { accounts, data: encodeBase58(data), programId: program, stackHeight }
    : { ...parsed, programId: program, stackHeight }
}

function parse(program: Address, accounts: readonly Address[], data: Uint8Array) {
  const body = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (program === MEMO_PROGRAM || program === MEMO_V1_PROGRAM) {
    return { program: 'spl-memo', parsed: body.toString('utf8') }
  }
  const [name, layout] = layoutOf(program, body)
  if (name === undefined || layout === undefined) return undefined
  const account = (index: number): Address => {
    const found = accounts[index]
    if (found === undefined) throw new RangeError(`instruction has no account ${index}`)
    return found
  }
  try {
    return { program: name, parsed: layout({ body, account, rest: (from) => accounts.slice(from) }) }
  } catch (error) {
    // Too few accounts or bytes for its kind: it failed on chain, and is shown as it is.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function layoutOf(program: Address, body: Buffer): [name?: string, layout?: Layout | undefined] {
  if (program === SYSTEM_PROGRAM) return body.length < 4 ? [] : ['system', SYSTEM[body.readUInt32LE(0)]]
  if (program === ASSOCIATED_TOKEN_PROGRAM) return ['spl-associated-token-account', ASSOCIATED_TOKEN[body[0] ?? 0]]
  if (!isTokenProgram(program)) return []
  return [program === TOKEN_PROGRAM ? 'spl-token' : 'spl-token-2022', TOKEN[body[0] ?? -1]]
}

const lamports = (body: Buffer, offset: number): number => Number(body.readBigUInt64LE(offset))
const key = (body: Buffer, offset: number): Address => {
  if (offset + 32 > body.length) throw new RangeError('instruction data ends inside a key')
  return toAddress(body.subarray(offset, offset + 32))
}

const SYSTEM: Record<number, Layout> = {
  0: ({ body, account }) => ({
    type: 'createAccount',
    info: {
      source: account(0),
      newAccount: account(1),
      lamports: lamports(body, 4),
      space: lamports(body, 12),
      owner: key(body, 20),
    },
  }),
  1: ({ body, account }) => ({ type: 'assign', info: { account: account(0), owner: key(body, 4) } }),
  2: ({ body, account }) => ({
    type: 'transfer',
    info: { source: account(0), destination: account(1), lamports: lamports(body, 4) },
  }),
  4: ({ account }) => ({
    type: 'advanceNonce',
    info: { nonceAccount: account(0), recentBlockhashesSysvar: account(1), nonceAuthority: account(2) },
  }),
  5: ({ body, account }) => ({
    type: 'withdrawFromNonce',
    info: {
      nonceAccount: account(0),
      destination: account(1),
      recentBlockhashesSysvar: account(2),
      rentSysvar: account(3),
      nonceAuthority: account(4),
      lamports: lamports(body, 4),
    },
  }),
  6: ({ body, account }) => ({
    type: 'initializeNonce',
    info: {
      nonceAccount: account(0),
      recentBlockhashesSysvar: account(1),
      rentSysvar: account(2),
      nonceAuthority: key(body, 4),
    },
  }),
  8: ({ body, account }) => ({ type: 'allocate', info: { account: account(0), space: lamports(body, 4) } }),
}

const ASSOCIATED_TOKEN: Record<number, Layout> = {
  0: associatedToken('create'),
  1: associatedToken('createIdempotent'),
}

function associatedToken(type: string): Layout {
  return ({ account }) => ({
    type,
    info: {
      source: account(0),
      account: account(1),
      wallet: account(2),
      mint: account(3),
      systemProgram: account(4),
      tokenProgram: account(5),
    },
  })
}

/** A token instruction's signer is one authority, or a multisig with its signers behind it. */
function authority(name: string, index: number, { account, rest }: Parameters<Layout>[0]) {
  const signers = rest(index + 1)
  return signers.length === 0
    ? { [name]: account(index) }
    : { [`multisig${name[0]?.toUpperCase()}${name.slice(1)}`]: account(index), signers }
}

const amount = (body: Buffer): string => body.readBigUInt64LE(1).toString()
const checkedAmount = (body: Buffer) => uiTokenAmount(body.readBigUInt64LE(1), body.readUInt8(9))

const TOKEN: Record<number, Layout> = {
  0: initializeMint('initializeMint', true),
  1: ({ account }) => ({
    type: 'initializeAccount',
    info: { account: account(0), mint: account(1), owner: account(2), rentSysvar: account(3) },
  }),
  3: (instruction) => ({
    type: 'transfer',
    info: {
      source: instruction.account(0),
      destination: instruction.account(1),
      amount: amount(instruction.body),
      ...authority('authority', 2, instruction),
    },
  }),
  4: (instruction) => ({
    type: 'approve',
    info: {
      source: instruction.account(0),
      delegate: instruction.account(1),
      amount: amount(instruction.body),
      ...authority('owner', 2, instruction),
    },
  }),
  5: (instruction) => ({
    type: 'revoke',
    info: { source: instruction.account(0), ...authority('owner', 1, instruction) },
  }),
  7: (instruction) => ({
    type: 'mintTo',
    info: {
      mint: instruction.account(0),
      account: instruction.account(1),
      amount: amount(instruction.body),
      ...authority('mintAuthority', 2, instruction),
    },
  }),
  8: (instruction) => ({
    type: 'burn',
    info: {
      account: instruction.account(0),
      mint: instruction.account(1),
      amount: amount(instruction.body),
      ...authority('authority', 2, instruction),
    },
  }),
  9: (instruction) => ({
    type: 'closeAccount',
    info: {
      account: instruction.account(0),
      destination: instruction.account(1),
      ...authority('owner', 2, instruction),
    },
  }),
  12: (instruction) => ({
    type: 'transferChecked',
    info: {
      source: instruction.account(0),
      mint: instruction.account(1),
      destination: instruction.account(2),
      tokenAmount: checkedAmount(instruction.body),
      ...authority('authority', 3, instruction),
    },
  }),
  14: (instruction) => ({
    type: 'mintToChecked',
    info: {
      mint: instruction.account(0),
      account: instruction.account(1),
      tokenAmount: checkedAmount(instruction.body),
      ...authority('mintAuthority', 2, instruction),
    },
  }),
  15: (instruction) => ({
    type: 'burnChecked',
    info: {
      account: instruction.account(0),
      mint: instruction.account(1),
      tokenAmount: checkedAmount(instruction.body),
      ...authority('authority', 2, instruction),
    },
  }),
  16: ({ body, account }) => ({
    type: 'initializeAccount2',
    info: { account: account(0), mint: account(1), owner: key(body, 1), rentSysvar: account(2) },
  }),
  17: ({ account }) => ({ type: 'syncNative', info: { account: account(0) } }),
  18: ({ body, account }) => ({
    type: 'initializeAccount3',
    info: { account: account(0), mint: account(1), owner: key(body, 1) },
  }),
  20: initializeMint('initializeMint2', false),
  21: ({ account }) => ({ type: 'getAccountDataSize', info: { mint: account(0) } }),
  22: ({ account }) => ({ type: 'initializeImmutableOwner', info: { account: account(0) } }),
}

function initializeMint(type: string, withRent: boolean): Layout {
  return ({ body, account }) => ({
    type,
    info: {
      mint: account(0),
      decimals: body.readUInt8(1),
      mintAuthority: key(body, 2),
      ...(withRent ? { rentSysvar: account(1) } : {}),
      ...(body[34] === 1 ? { freezeAuthority: key(body, 35) } : {}),
    },
  })
}
