import { recordAudit } from '#server/platform/audit.ts'
import type { UserRole } from '#server/platform/db/types.ts'
import { AppError } from '#server/platform/errors.ts'
import { type AttemptRule, assertNotLocked, takeAttempt } from './attempt-repo.ts'
import { putChallenge, takeChallenge } from './challenge-repo.ts'
import { readCookie, type SiteExchange, writeCookie } from './cookies.ts'
import { countFactors } from './factor-repo.ts'
import type { Identity } from './identity.ts'
import { newNonce, newToken } from './random.ts'
import type { GrantDto } from './schema.ts'
import { type Delivery, openSession, stepUp } from './sessions.ts'
import { isSignature, keyOfAddress, type SignInInput, signInMessage } from './sign-in-message.ts'
import { findOrMakeUser, recordLogin } from './user-repo.ts'

/** Wallets refuse a time more than ten minutes off; a person needs less than five to press a button. */
const CHALLENGE_MS = 5 * 60_000
/** By address of the network: what a household's wallets need, and no more. */
const REFUSALS: AttemptRule = { most: 20, windowMs: 10 * 60_000, lockMs: 10 * 60_000 }

const STATEMENTS = {
  sign_in: 'Sign in to QuantDesk. This costs nothing and moves no funds.',
  confirm: 'Confirm that it is you at QuantDesk. This costs nothing and moves no funds.',
} as const
type Purpose = keyof typeof STATEMENTS

const CHAIN_IDS = { localnet: 'localnet', devnet: 'devnet', 'mainnet-beta': 'mainnet' } as const

export type SignInChallenge = { nonce: string; input: SignInInput; message: string; expiresAt: number }

/**
 * What a wallet shall sign, every field of it ours. It is good once, for the browser that asked: the cookie it gets here must
 * come back with the signature, so a page elsewhere cannot have a victim sign its own challenge and use it.
 */
export async function makeChallenge(
  identity: Identity,
  { wallet, purpose, http }: { wallet: string; purpose: Purpose; http: SiteExchange },
): Promise<SignInChallenge> {
  if (keyOfAddress(wallet) === undefined) {
    throw new AppError('BAD_INPUT', { message: `${wallet} is no Solana address: it must be 32 bytes in base58` })
  }
  const now = identity.clock.now()
  const expiresAt = now + CHALLENGE_MS
  const nonce = newNonce()
  const input: SignInInput = {
    domain: new URL(http.site).host,
    address: wallet,
    statement: STATEMENTS[purpose],
    uri: http.site,
    version: '1',
    chainId: CHAIN_IDS[identity.config.cluster],
    nonce,
    issuedAt: new Date(now).toISOString(),
    expirationTime: new Date(expiresAt).toISOString(),
  }
  const browser = readCookie(http, 'browser') ?? newToken()
  await putChallenge(identity.db, { purpose, secret: nonce, holder: browser, details: input, expiresAt }, now)
  writeCookie(http, 'browser', browser, 2 * CHALLENGE_MS)
  return { nonce, input, message: signInMessage(input), expiresAt }
}

export type SignedChallenge = { nonce: string; signature: string }

/**
 * The wallet that signed the challenge.
 * @throws AppError UNAUTHENTICATED with one sentence for whatever is wrong; the log has the reason.
 */
async function walletOf(
  identity: Identity,
  { nonce, signature, purpose, http }: SignedChallenge & { purpose: Purpose; http: SiteExchange },
): Promise<string> {
  const now = identity.clock.now()
  const subject = `sign-in ${http.ip ?? 'unknown'}`
  await assertNotLocked(identity.db, subject, now)
  const refuse = async (wallet: string, reason: string): Promise<never> => {
    const { ip, userAgent } = http
    await recordLogin(identity.db, { userId: null, wallet, result: 'refused', reason, ip, userAgent }, now)
    await takeAttempt(identity.db, subject, REFUSALS, now)
    throw new AppError('UNAUTHENTICATED', {
      message: `a sign-in was refused: ${reason}`,
      userMessage: 'The signature was not accepted. Ask your wallet to sign again.',
    })
  }
  const holder = readCookie(http, 'browser')
  const taken =
    holder === undefined ? undefined : await takeChallenge(identity.db, { purpose, secret: nonce, holder }, now)
  if (taken === undefined) return refuse('', 'the challenge is unknown, used, expired, or of another browser')
  // Written by makeChallenge.
  const input = taken.details as SignInInput
  if (input.domain !== new URL(http.site).host) return refuse(input.address, 'the challenge is of another site')
  const message = Buffer.from(signInMessage(input))
  const publicKey = keyOfAddress(input.address)
  if (publicKey === undefined || !isSignature(Buffer.from(signature, 'base64'), message, publicKey)) {
    return refuse(input.address, 'it is not the signature of this message by this wallet')
  }
  return input.address
}

export async function signIn(
  identity: Identity,
  signed: SignedChallenge & { referralCode: string | undefined; delivery: Delivery; http: SiteExchange },
): Promise<GrantDto> {
  const wallet = await walletOf(identity, { ...signed, purpose: 'sign_in' })
  const user = await findOrMakeUser(identity.db, { wallet, referralCode: signed.referralCode })
  const role = await withAdminRole(identity, user)
  // Who has a second factor has not shown it yet.
  const steppedUp = (await countFactors(identity.db, user.id)) === 0
  return openSession(identity, { ...signed, user: { ...user, role }, steppedUp })
}

/** The first admins are named by the operator; they name the others. */
async function withAdminRole(identity: Identity, user: { id: string; wallet: string; role: UserRole }) {
  if (user.role === 'admin' || !identity.config.adminWallets.includes(user.wallet)) return user.role
  await identity.db.transaction().execute(async (trx) => {
    await trx.updateTable('users').set({ role: 'admin' }).where('id', '=', user.id).execute()
    const details = { from: user.role, to: 'admin', because: 'ADMIN_WALLETS' }
    await recordAudit(trx, { stream: 'identity', actor: 'config', action: 'role.changed', subject: user.id, details })
  })
  return 'admin' as const
}

/** Confirms a session by a fresh signature; only for users who have nothing better. */
export async function confirmWithWallet(
  identity: Identity,
  signed: SignedChallenge & {
    principal: { userId: string; authority: string; credentialId: string }
    delivery: Delivery
    http: SiteExchange
  },
): Promise<GrantDto> {
  const { principal } = signed
  if ((await countFactors(identity.db, principal.userId)) > 0) {
    throw new AppError('FORBIDDEN', { message: 'confirm with your second factor: a signature alone is not enough' })
  }
  const wallet = await walletOf(identity, { ...signed, purpose: 'confirm' })
  if (wallet !== principal.authority) {
    throw new AppError('FORBIDDEN', { message: 'this was signed by another wallet than the one that is signed in' })
  }
  return stepUp(identity, { ...signed, sessionId: principal.credentialId, by: 'wallet' })
}
