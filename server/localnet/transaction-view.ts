import { base64 } from './account-view.ts'
import { encodeBase58 } from './base58.ts'
import { unsupportedTransactionVersion } from './errors.ts'
import { jsonInteger } from './json.ts'
import { instructionView } from './parsed-instructions.ts'
import type { TokenBalance, TransactionRecord } from './records.ts'
import type { InnerInstruction } from './svm.ts'
import { uiTokenAmount } from './token-amount.ts'
import {
  accountKeys,
  decodeTransaction,
  isSigner,
  isWritable,
  type LoadedAddresses,
  type Message,
  type WireTransaction,
} from './wire.ts'

export type TransactionEncoding = 'json' | 'jsonParsed' | 'base58' | 'base64' | 'binary'

/**
 * The transaction with its meta, as getTransaction and getBlock answer it.
 * @throws RpcError −32015 when its version is above what the client says it understands.
 */
export function transactionView(
  record: TransactionRecord,
  encoding: TransactionEncoding,
  maxSupportedTransactionVersion: number | undefined,
) {
  const transaction = decodeTransaction(record.wire)
  const { version } = transaction.message
  if (version !== 'legacy' && (maxSupportedTransactionVersion ?? -1) < version) {
    throw unsupportedTransactionVersion(version)
  }
  return {
    transaction: encodeTransaction(transaction, record.loaded, encoding),
    meta: metaView(record, transaction.message, encoding),
    ...(maxSupportedTransactionVersion === undefined ? {} : { version }),
  }
}

function encodeTransaction(transaction: WireTransaction, loaded: LoadedAddresses, encoding: TransactionEncoding) {
  switch (encoding) {
    case 'binary':
      return encodeBase58(transaction.bytes)
    case 'base58':
      return [encodeBase58(transaction.bytes), encoding]
    case 'base64':
      return [base64(transaction.bytes), encoding]
    case 'json':
    case 'jsonParsed':
      return {
        signatures: transaction.signatures.map(encodeBase58),
        message: encoding === 'json' ? rawMessage(transaction.message) : parsedMessage(transaction.message, loaded),
      }
  }
}

function rawMessage(message: Message) {
  return {
    accountKeys: message.keys,
    header: {
      numRequiredSignatures: message.header.signatures,
      numReadonlySignedAccounts: message.header.readonlySigned,
      numReadonlyUnsignedAccounts: message.header.readonlyUnsigned,
    },
    instructions: message.instructions.map(({ programIndex, accounts, data }) => ({
      programIdIndex: programIndex,
      accounts,
      data: encodeBase58(data),
      stackHeight: 1,
    })),
    recentBlockhash: message.blockhash,
    ...addressTableLookups(message),
  }
}

function parsedMessage(message: Message, loaded: LoadedAddresses) {
  const keys = accountKeys(message, loaded)
  return {
    accountKeys: keyList(message, loaded),
    instructions: message.instructions.map(({ programIndex, accounts, data }) =>
      instructionView(
        { program: keys[programIndex] ?? '', accounts: accounts.map((index) => keys[index] ?? ''), data },
        1,
      ),
    ),
    recentBlockhash: message.blockhash,
    ...addressTableLookups(message),
  }
}

/** Keys with what the transaction may do with them. */
export function keyList(message: Message, loaded: LoadedAddresses) {
  const keys = accountKeys(message, loaded)
  return keys.map((pubkey, index) => ({
    pubkey,
    signer: isSigner(message, index),
    source: index < message.keys.length ? 'transaction' : 'lookupTable',
    writable: isWritable(message, keys, loaded, index),
  }))
}

function addressTableLookups({ version, lookups }: Message) {
  if (version === 'legacy') return {}
  return {
    addressTableLookups: lookups.map(({ table, writable, readonly }) => ({
      accountKey: table,
      writableIndexes: writable,
      readonlyIndexes: readonly,
    })),
  }
}

function metaView(record: TransactionRecord, message: Message, encoding: TransactionEncoding) {
  const keys = accountKeys(message, record.loaded)
  const parsed = encoding === 'jsonParsed'
  return {
    err: record.error,
    status: record.error === null ? { Ok: null } : { Err: record.error },
    fee: record.fee,
    preBalances: record.preBalances.map(jsonInteger),
    postBalances: record.postBalances.map(jsonInteger),
    innerInstructions: innerInstructionsView(record.inner, keys, parsed),
    logMessages: record.logs,
    preTokenBalances: record.preTokenBalances.map(tokenBalanceView),
    postTokenBalances: record.postTokenBalances.map(tokenBalanceView),
    rewards: [],
    ...(parsed ? {} : { loadedAddresses: record.loaded }),
    ...(record.returnData === null ? {} : { returnData: returnDataView(record.returnData) }),
    computeUnitsConsumed: record.computeUnits,
  }
}

export function innerInstructionsView(
  inner: readonly { index: number; instructions: readonly InnerInstruction[] }[],
  keys: readonly string[],
  parsed: boolean,
) {
  return inner.map(({ index, instructions }) => ({
    index,
    instructions: instructions.map(({ programIndex, accounts, data, stackHeight }) =>
      parsed
        ? instructionView(
            { program: keys[programIndex] ?? '', accounts: Array.from(accounts, (at) => keys[at] ?? ''), data },
            stackHeight,
          )
        : { programIdIndex: programIndex, accounts: [...accounts], data: encodeBase58(data), stackHeight },
    ),
  }))
}

export function returnDataView({ program, data }: NonNullable<TransactionRecord['returnData']>) {
  return { programId: program, data: [base64(data), 'base64'] }
}

export function tokenBalanceView({ accountIndex, mint, owner, program, amount, decimals }: TokenBalance) {
  return { accountIndex, mint, owner, programId: program, uiTokenAmount: uiTokenAmount(amount, decimals) }
}
