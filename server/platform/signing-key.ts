import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  type JSONWebKeySet,
} from 'jose'
import { AppError } from './errors.ts'
import { readOrMakeSecret } from './secret-file.ts'

export const SIGNATURE_ALGORITHM = 'EdDSA'

/** An Ed25519 key pair of this installation. */
export type SigningKey = {
  id: string
  privateKey: CryptoKey
  publicKey: CryptoKey
  /** For whoever checks what it signed. */
  publicKeys: JSONWebKeySet
}

/**
 * The key that a variable gives, else the one that a file keeps, made at first need.
 * @throws AppError BAD_INPUT for what is no such key.
 */
export async function openSigningKey({
  variable,
  given,
  file,
}: {
  variable: string
  given: string | undefined
  file: string
}): Promise<SigningKey> {
  const privateKey = await parse(variable, given ?? (await readOrMake(file)))
  const { x = '' } = await exportJWK(privateKey)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x }
  const id = await calculateJwkThumbprint(jwk)
  const publicKey = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', true, ['verify'])
  return {
    id,
    privateKey,
    publicKey,
    publicKeys: { keys: [{ ...jwk, kid: id, alg: SIGNATURE_ALGORITHM, use: 'sig' }] },
  }
}

async function readOrMake(file: string): Promise<string> {
  const { privateKey } = await generateKeyPair(SIGNATURE_ALGORITHM, { extractable: true })
  const generated = await exportPKCS8(privateKey)
  return readOrMakeSecret(file, () => generated)
}

async function parse(variable: string, pem: string): Promise<CryptoKey> {
  try {
    return await importPKCS8(pem, SIGNATURE_ALGORITHM, { extractable: true })
  } catch (cause) {
    throw new AppError('BAD_INPUT', {
      message: `${variable} is no Ed25519 private key in PKCS #8 PEM: make one with openssl genpkey -algorithm ed25519`,
      cause,
    })
  }
}
