import { isIP } from 'node:net'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { AppError } from '#server/platform/errors.ts'
import { putChallenge, takeChallenge } from './challenge-repo.ts'
import type { SiteExchange } from './cookies.ts'
import { advanceStep, insertFactor, listPasskeys } from './factor-repo.ts'
import { addFactor, tryFactor } from './factors.ts'
import type { Identity } from './identity.ts'

const CHALLENGE_MS = 5 * 60_000
/** What a passkey's row has beside its public key. */
const detailsSchema = z.object({ credentialId: z.string(), transports: z.string().array() })

type Owner = { userId: string; authority: string; credentialId: string }

/** Browsers bind a passkey to a host name, and make none for a plain address or without HTTPS. */
export function hasPasskeys(site: string): boolean {
  const { protocol, hostname } = new URL(site)
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && (protocol === 'https:' || hostname === 'localhost')
}

function relyingParty({ site }: SiteExchange): { rpID: string; origin: string } {
  if (!hasPasskeys(site)) {
    throw new AppError('BAD_INPUT', {
      message: 'passkeys need HTTPS and a host name; on this machine open http://localhost',
    })
  }
  return { rpID: new URL(site).hostname, origin: site }
}

export async function beginPasskey(identity: Identity, owner: Owner, http: SiteExchange) {
  const { rpID } = relyingParty(http)
  const known = await listPasskeys(identity.db, owner.userId)
  const options = await generateRegistrationOptions({
    rpName: 'QuantDesk',
    rpID,
    userName: owner.authority,
    userID: new TextEncoder().encode(owner.userId),
    attestationType: 'none',
    excludeCredentials: known.map(({ details }) => ({ id: detailsSchema.parse(details).credentialId })),
    authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
  })
  await keepChallenge(identity, 'add_passkey', options.challenge, owner)
  return options
}

/** @throws AppError FORBIDDEN for a response that is not to our challenge, from our site, by a user who was verified. */
export async function addPasskey(
  identity: Identity,
  owner: Owner,
  { label, response }: { label: string; response: unknown },
  http: SiteExchange,
): Promise<{ recoveryCodes: string[] | null }> {
  const { rpID, origin } = relyingParty(http)
  const { registrationInfo } = await checked(() =>
    verifyRegistrationResponse({
      // Its shape is the library's to check.
      response: response as RegistrationResponseJSON,
      expectedChallenge: (challenge) => isOurs(identity, 'add_passkey', challenge, owner),
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
    }),
  )
  if (registrationInfo === undefined) throw refusal()
  const { credential } = registrationInfo
  const id = crypto.randomUUID()
  return addFactor(identity, { userId: owner.userId, kind: 'passkey', id }, (trx) =>
    insertFactor(trx, {
      id,
      userId: owner.userId,
      kind: 'passkey',
      label,
      secret: Buffer.from(credential.publicKey),
      details: { credentialId: credential.id, transports: credential.transports ?? [] },
      lastStep: BigInt(credential.counter),
      confirmedAt: identity.clock.now(),
    }),
  )
}

export async function beginPasskeyConfirmation(identity: Identity, owner: Owner, http: SiteExchange) {
  const { rpID } = relyingParty(http)
  const known = await listPasskeys(identity.db, owner.userId)
  const options = await generateAuthenticationOptions({
    rpID,
    userVerification: 'required',
    allowCredentials: known.map(({ details }) => ({ id: detailsSchema.parse(details).credentialId })),
  })
  await keepChallenge(identity, 'confirm_passkey', options.challenge, owner)
  return options
}

/** @throws AppError FORBIDDEN */
export async function checkPasskey(
  identity: Identity,
  owner: Owner,
  response: { id: string },
  http: SiteExchange,
): Promise<'passkey'> {
  const { rpID, origin } = relyingParty(http)
  return tryFactor(identity, owner.userId, async () => {
    const passkeys = await listPasskeys(identity.db, owner.userId)
    const passkey = passkeys.find(({ details }) => detailsSchema.parse(details).credentialId === response.id)
    if (passkey === undefined) throw refusal()
    const { verified, authenticationInfo } = await checked(() =>
      verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: (challenge) => isOurs(identity, 'confirm_passkey', challenge, owner),
        expectedOrigin: origin,
        expectedRPID: rpID,
        credential: {
          id: response.id,
          publicKey: Uint8Array.from(passkey.secret),
          counter: Number(passkey.last_step ?? 0n),
        },
        requireUserVerification: true,
      }),
    )
    if (!verified) throw refusal()
    // Zero: the authenticator does not count. The library has refused one that counted backwards.
    if (authenticationInfo.newCounter > 0)
      await advanceStep(identity.db, passkey.id, BigInt(authenticationInfo.newCounter))
    return 'passkey' as const
  })
}

async function keepChallenge(
  identity: Identity,
  purpose: 'add_passkey' | 'confirm_passkey',
  secret: string,
  { userId, credentialId }: Owner,
): Promise<void> {
  const now = identity.clock.now()
  const challenge = { purpose, secret, holder: credentialId, userId, details: {}, expiresAt: now + CHALLENGE_MS }
  await putChallenge(identity.db, challenge, now)
}

async function isOurs(
  identity: Identity,
  purpose: 'add_passkey' | 'confirm_passkey',
  secret: string,
  { userId, credentialId: holder }: Owner,
): Promise<boolean> {
  const taken = await takeChallenge(identity.db, { purpose, secret, holder }, identity.clock.now())
  return taken?.userId === userId
}

/** The library throws plain errors for what a client sent wrong. */
async function checked<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (cause) {
    throw cause instanceof AppError ? cause : refusal(cause)
  }
}

function refusal(cause?: unknown): AppError {
  return new AppError('FORBIDDEN', { message: 'The passkey was not accepted. Try again.', cause })
}
