import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

/** 256 bits nobody can guess, as text for headers and cookies. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of a token. A fast hash is enough for 256 random bits. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** In a time that says nothing of where they differ. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Without letters and digits that look alike. */
const READABLE = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

export function readableCode(length: number): string {
  return Array.from({ length }, () => READABLE[randomInt(READABLE.length)]).join('')
}

/** Letters and digits alone, as Sign In With Solana asks of a nonce: 32 characters of 62, 190 bits. */
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function newNonce(): string {
  return Array.from({ length: 32 }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join('')
}
