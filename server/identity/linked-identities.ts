import * as oauth from 'openid-client'
import { z } from 'zod'
import { recordAudit } from '#server/platform/audit.ts'
import { AppError } from '#server/platform/errors.ts'
import { putChallenge, takeChallenge } from './challenge-repo.ts'
import type { SiteExchange } from './cookies.ts'
import type { Identity } from './identity.ts'
import { findLinked, insertLinked, removeLinked } from './linked-repo.ts'
import type { ProviderClient } from './providers.ts'
import type { Provider } from './schema.ts'

const AUTHORIZATION_MS = 10 * 60_000
const kept = z.object({ nonce: z.string(), codeVerifier: z.string(), redirectUri: z.string() })

type Owner = { userId: string; credentialId: string }

/** Where the browser goes to say who it is at the provider; what comes back must come to this session. */
export async function beginLink(
  identity: Identity,
  { userId, credentialId }: Owner,
  name: Provider,
  http: SiteExchange,
): Promise<string> {
  const now = identity.clock.now()
  const state = oauth.randomState()
  const secrets = {
    nonce: oauth.randomNonce(),
    codeVerifier: oauth.randomPKCECodeVerifier(),
    redirectUri: `${http.site}/settings/linked/${name}`,
  }
  const url = await clientOf(identity, name).authorizationUrl({ state, ...secrets })
  await putChallenge(
    identity.db,
    {
      purpose: 'link_identity',
      secret: `${name} ${state}`,
      holder: credentialId,
      userId,
      details: secrets,
      expiresAt: now + AUTHORIZATION_MS,
    },
    now,
  )
  return url
}

/** @throws AppError FORBIDDEN for an answer to another session's request, CONFLICT for somebody else's identity. */
export async function finishLink(
  identity: Identity,
  { userId, credentialId: holder }: Owner,
  { provider: name, query }: { provider: Provider; query: Readonly<Record<string, string>> },
): Promise<void> {
  const client = clientOf(identity, name)
  const { state = '' } = query
  const challenge = { purpose: 'link_identity', secret: `${name} ${state}`, holder } as const
  const taken = await takeChallenge(identity.db, challenge, identity.clock.now())
  if (taken?.userId !== userId) {
    throw new AppError('FORBIDDEN', {
      message: 'This answer belongs to no request of yours, or came too late. Begin again.',
    })
  }
  const person = await client.person(query, { state, ...kept.parse(taken.details) })
  await identity.db.transaction().execute(async (trx) => {
    const id = await insertLinked(trx, { userId, provider: name, ...person })
    if (id === undefined) {
      const holderOfIt = await findLinked(trx, name, person.subject)
      throw new AppError('CONFLICT', {
        message:
          holderOfIt === undefined
            ? `You have linked another ${name} account: remove it first.`
            : holderOfIt === userId
              ? 'This account is linked already.'
              : 'This account is linked to another user.',
      })
    }
    await recordAudit(trx, {
      stream: 'identity',
      actor: userId,
      action: 'identity.linked',
      subject: id,
      details: { provider: name },
    })
  })
}

/** @throws AppError NOT_FOUND */
export async function unlink(identity: Identity, userId: string, id: string): Promise<void> {
  await identity.db.transaction().execute(async (trx) => {
    const name = await removeLinked(trx, userId, id)
    if (name === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such linked account' })
    await recordAudit(trx, {
      stream: 'identity',
      actor: userId,
      action: 'identity.unlinked',
      subject: id,
      details: { provider: name },
    })
  })
}

function clientOf({ providers }: Identity, name: Provider): ProviderClient {
  const client = providers.get(name)
  if (client === undefined) throw new AppError('NOT_FOUND', { message: `${name} is not set up on this site` })
  return client
}
