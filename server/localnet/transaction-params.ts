import { decodeBase58 } from './base58.ts'
import { invalidParams } from './errors.ts'
import {
  decodeMessage,
  decodeTransaction,
  type Message,
  PACKET_DATA_SIZE,
  WireError,
  type WireTransaction,
} from './wire.ts'

/** Rust's name of what is decoded, as validators print it. */
const TRANSACTION_TYPE = 'solana_transaction::versioned::VersionedTransaction'
const MESSAGE_TYPE = 'solana_message::versions::VersionedMessage'

const LONGEST_TEXT = { base58: 1_683, base64: 1_644 }

/** @throws RpcError −32602 with a validator's words. */
export function transactionParam(text: string, encoding: 'base58' | 'base64'): WireTransaction {
  const bytes = wireBytes(text, encoding, TRANSACTION_TYPE)
  return decoded(TRANSACTION_TYPE, () => decodeTransaction(bytes))
}

/** @throws RpcError −32602 */
export function messageParam(text: string): Message {
  const bytes = wireBytes(text, 'base64', MESSAGE_TYPE)
  return decoded(MESSAGE_TYPE, () => decodeMessage(bytes))
}

function wireBytes(text: string, encoding: 'base58' | 'base64', type: string): Uint8Array {
  const longest = LONGEST_TEXT[encoding]
  if (text.length > longest) {
    throw invalidParams(
      `${encoding} encoded ${type} too large: ${text.length} bytes (max: encoded/raw ${longest}/${PACKET_DATA_SIZE})`,
    )
  }
  const bytes = encoding === 'base58' ? decodeBase58(text) : decodeBase64(text)
  if (bytes === undefined) throw invalidParams(`invalid ${encoding} encoding`)
  if (bytes.length > PACKET_DATA_SIZE) {
    throw invalidParams(`decoded ${type} too large: ${bytes.length} bytes (max: ${PACKET_DATA_SIZE} bytes)`)
  }
  return bytes
}

function decodeBase64(text: string): Uint8Array | undefined {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
    ? Buffer.from(text, 'base64')
    : undefined
}

function decoded<T>(type: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw invalidParams(
      error.kind === 'malformed'
        ? `failed to deserialize ${type}: ${error.message}`
        : `invalid transaction: ${error.message}`,
    )
  }
}
