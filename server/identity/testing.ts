import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import bs58 from 'bs58'
import { afterAll } from 'vitest'
import { memoryBus } from '#server/platform/bus.ts'
import { type ManualClock, manualClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog as log } from '#server/platform/log.ts'
import type { AuthenticationRequest, Principal } from '#server/platform/principal.ts'
import { createCallerFactory, type HttpExchange, router } from '#server/platform/procedures.ts'
import { type MasterKeys, newMasterKey, parseMasterKeys } from '#server/platform/seal/master-keys.ts'
import { createAuthenticator } from './authenticate.ts'
import { type Identity, openIdentity } from './identity.ts'
import { identityRouters } from './router.ts'

export const SITE = 'https://desk.example'
export const NOW = Date.UTC(2026, 10, 21, 12)

/** A wallet whose owner the test plays. */
export type TestWallet = { address: string; sign: (message: Uint8Array | string) => string }

export function newWallet(): TestWallet {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return {
    address: bs58.encode(Buffer.from(x, 'base64url')),
    sign: (message) => sign(null, Buffer.from(message), privateKey).toString('base64'),
  }
}

/** A key pair as a bot of a user makes it: the raw public key, and signing. */
export function newKeyPair(): { publicKey: string; sign: (text: string) => string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  return {
    publicKey: Buffer.from(x, 'base64url').toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  }
}

/** A browser, or a program that keeps cookies: it has a jar, and asks as whoever its cookies say. */
export class Browser {
  readonly jar = new Map<string, string>()
  readonly #identity: Identity
  readonly #site: string | null
  readonly ip: string

  constructor(identity: Identity, { site = SITE, ip = '203.0.113.7' }: { site?: string | null; ip?: string } = {}) {
    this.#identity = identity
    this.#site = site
    this.ip = ip
  }

  /** As the cookies say, or as somebody given. */
  async as(given?: Principal) {
    const http = this.exchange()
    const principal = given === undefined ? await this.principal() : given
    const { db, config, clock } = this.#identity
    const ctx = { db, config, log, clock, bus: memoryBus(), principal, requestId: 'test', http, spend: null }
    return createCallerFactory(router(identityRouters(this.#identity)))(ctx)
  }

  principal(): Promise<Principal> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return this.ask({ headers: { cookie } })
  }

  /** What the authenticator makes of a request of this browser's address. */
  ask(
    request: Partial<Omit<AuthenticationRequest, 'headers' | 'body'>> & {
      headers: Record<string, string>
      body?: string
    },
  ): Promise<Principal> {
    const { method = 'GET', path = '/api/users/me', headers, body = '', ip = this.ip } = request
    return createAuthenticator(this.#identity)({
      method,
      path,
      headers: new Headers({ host: new URL(this.#site ?? 'https://evil.example').host, ...headers }),
      body: async () => Buffer.from(body),
      ip,
    })
  }

  async signIn(wallet: TestWallet, options: { referralCode?: string; delivery?: 'cookie' | 'token' } = {}) {
    const auth = (await this.as(null)).auth
    const { nonce, message } = await auth.challenge({ wallet: wallet.address })
    return (await this.as(null)).auth.signIn({ nonce, signature: wallet.sign(message), ...options })
  }

  /** For a user without second factors. */
  async confirm(wallet: TestWallet) {
    const { nonce, message } = await (await this.as()).auth.confirmChallenge()
    return (await this.as()).auth.confirmWithWallet({ nonce, signature: wallet.sign(message) })
  }

  /** Its side of a connection. */
  exchange(): HttpExchange {
    return {
      ip: this.ip,
      userAgent: 'test browser',
      site: this.#site,
      idempotencyKey: null,
      cookie: (name) => this.jar.get(name),
      setCookie: (header) => {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
        if (value === '') this.jar.delete(name)
        else this.jar.set(name, value)
      },
    }
  }
}

/** Identity over a database of the file's own, at a time the test moves. */
export async function testIdentity(
  environment: Record<string, string> = {},
  endpoints?: Parameters<typeof openIdentity>[1],
): Promise<Identity & { clock: ManualClock; masters: MasterKeys }> {
  const db = await testDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-identity-'))
  const sealKey = newMasterKey()
  const config = loadConfig({
    SEAL_KEYS: sealKey,
    PUBLIC_URL: `${SITE},http://localhost:3000`,
    DATA_DIR: dataDir,
    ...environment,
  })
  const clock = manualClock(NOW)
  const identity = await openIdentity({ db, config, clock, log, bus: memoryBus() }, endpoints)
  afterAll(() => identity.close())
  return { ...identity, clock, masters: parseMasterKeys(sealKey) }
}
