import { createHash, createHmac } from 'node:crypto'
import type { AuthenticationRequest } from '#server/platform/principal.ts'
import type { Identity } from './identity.ts'
import { type KeyRow, takeNonce } from './key-repo.ts'
import { isSame } from './random.ts'
import { isSignature } from './sign-in-message.ts'

export const SIGNED_HEADERS = {
  key: 'x-qd-key',
  timestamp: 'x-qd-timestamp',
  nonce: 'x-qd-nonce',
  signature: 'x-qd-signature',
} as const

export const HMAC_COLUMN = 'app.api_keys.sealed_secret'
/** How far the clock of a bot may be from ours; a nonce is remembered as long as its timestamp would be good. */
export const TIMESTAMP_WINDOW_MS = 30_000

/** What is signed: one line each, the body by its hash. */
export function signedText(request: {
  timestamp: string
  nonce: string
  method: string
  path: string
  body: Uint8Array
}): string {
  const digest = createHash('sha256').update(request.body).digest('hex')
  return [request.timestamp, request.nonce, request.method, request.path, digest].join('\n')
}

/** Whether the request carries a fresh signature of the key over itself. One that was accepted is never accepted again. */
export async function isSignedBy(identity: Identity, key: KeyRow, request: AuthenticationRequest): Promise<boolean> {
  const { headers, method, path } = request
  const [timestamp = '', nonce = '', given = ''] = [
    headers.get(SIGNED_HEADERS.timestamp),
    headers.get(SIGNED_HEADERS.nonce),
    headers.get(SIGNED_HEADERS.signature),
  ].map((value) => value ?? '')
  if (!/^\d{13}$/.test(timestamp) || !/^[\w-]{8,64}$/.test(nonce)) return false
  const now = identity.clock.now()
  if (Math.abs(now - Number(timestamp)) > TIMESTAMP_WINDOW_MS) return false
  const text = Buffer.from(signedText({ timestamp, nonce, method, path, body: await request.body() }))
  if (!(await isSigned(identity, key, text, Buffer.from(given, 'base64')))) return false
  // After the signature: nobody else can use up a nonce.
  return takeNonce(identity.db, key.id, nonce, Number(timestamp) + 2 * TIMESTAMP_WINDOW_MS, now)
}

async function isSigned(identity: Identity, key: KeyRow, text: Buffer, signature: Buffer): Promise<boolean> {
  if (key.method === 'ed25519' && key.publicKey !== null) return isSignature(signature, text, key.publicKey)
  if (key.method !== 'hmac' || key.sealedSecret === null) return false
  const { userId, id: rowId } = key
  const secret = await identity.seal.open(key.sealedSecret, { column: HMAC_COLUMN, userId, rowId })
  return isSame(createHmac('sha256', secret).update(text).digest(), signature)
}
