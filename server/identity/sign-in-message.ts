import { createPublicKey, verify } from 'node:crypto'
import bs58 from 'bs58'

/** What a wallet is asked to sign: the fields of Sign In With Solana that we use, all of them ours. */
export type SignInInput = {
  domain: string
  address: string
  statement: string
  uri: string
  version: '1'
  chainId: string
  nonce: string
  /** ISO 8601. */
  issuedAt: string
  expirationTime: string
}

/** Control characters and the separators of lines and paragraphs. */
const LINE_BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/u

/**
 * The text a wallet makes of the input (github.com/phantom/sign-in-with-solana). A signature is checked against this text
 * made anew, byte for byte: nothing the client says of domain, address, chain, times or nonce is ever read.
 * @throws RangeError for a field with a line break, which could imitate another field.
 */
export function signInMessage(input: SignInInput): string {
  for (const [name, value] of Object.entries(input)) {
    if (LINE_BREAKS.test(value)) throw new RangeError(`${name} has a control character`)
  }
  return [
    `${input.domain} wants you to sign in with your Solana account:`,
    input.address,
    '',
    input.statement,
    '',
    `URI: ${input.uri}`,
    `Version: ${input.version}`,
    `Chain ID: ${input.chainId}`,
    `Nonce: ${input.nonce}`,
    `Issued At: ${input.issuedAt}`,
    `Expiration Time: ${input.expirationTime}`,
  ].join('\n')
}

/** Group order of Ed25519: a signature's second half must be below it, else a second text of the signature would pass. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
/** DER before the 32 bytes of an Ed25519 public key (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** Whether `signature` is the canonical Ed25519 signature of `message` by `publicKey`. */
export function isSignature(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  const scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
  if (scalar >= ORDER) return false
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' })
    return verify(null, message, key, signature)
  } catch {
    // Not a point of the curve.
    return false
  }
}

/** The key an address stands for; undefined for a text that is not the base58 of 32 bytes. */
export function keyOfAddress(address: string): Uint8Array | undefined {
  const bytes = bs58.decodeUnsafe(address)
  return bytes?.length === 32 && bs58.encode(bytes) === address ? bytes : undefined
}
