import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

type Options = Record<string, unknown>
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

/** What one ceremony does otherwise than an honest device would. */
export type Oddity = { origin?: string; rpId?: string; verified?: boolean; counter?: number; challenge?: string }

/** A device with one passkey (WebAuthn level 2, ES256, attestation "none"). */
export function newAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let counter = 0

  const clientData = (type: string, options: Options, odd: Oddity): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge: odd.challenge ?? options.challenge, origin: odd.origin ?? origin }))

  const authenticatorData = (flags: number, odd: Oddity, credential = Buffer.of()): Buffer => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(odd.counter ?? ++counter)
    const present = USER_PRESENT | (odd.verified === false ? 0 : USER_VERIFIED)
    return Buffer.concat([sha256(odd.rpId ?? new URL(origin).hostname), Buffer.of(present | flags), count, credential])
  }

  const response = (parts: Record<string, Uint8Array>) => ({
    id: base64url(id),
    rawId: base64url(id),
    type: 'public-key' as const,
    clientExtensionResults: {},
    response: Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, base64url(bytes)])),
  })

  return {
    create: (options: Options, odd: Oddity = {}) => {
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      // CBOR of a COSE key: EC2, ES256, P-256, x, y.
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, key])
      const data = authenticatorData(HAS_CREDENTIAL, odd, credential)
      // CBOR: { fmt: 'none', attStmt: {}, authData }.
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
        Buffer.of(0x58, data.length),
        data,
      ])
      return response({
        clientDataJSON: clientData('webauthn.create', options, odd),
        attestationObject: attestation,
      }) as never
    },
    get: (options: Options, odd: Oddity = {}) => {
      const clientDataJSON = clientData('webauthn.get', options, odd)
      const data = authenticatorData(0, odd)
      const signature = sign('sha256', Buffer.concat([data, sha256(clientDataJSON)]), privateKey)
      return response({ clientDataJSON, authenticatorData: data, signature }) as never
    },
  }
}
