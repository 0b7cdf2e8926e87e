import * as oauth from 'openid-client'
import { z } from 'zod'
import type { Config } from '#server/platform/config.ts'
import { AppError, errorMessage } from '#server/platform/errors.ts'
import type { Provider } from './schema.ts'

/** Who somebody is at a provider: `subject` never changes, `label` is for the owner to recognise it by. */
export type Person = { subject: string; label: string }

/** The secrets of one authorisation, kept by us while the browser is at the provider. */
export type AuthorizationSecrets = { state: string; nonce: string; codeVerifier: string; redirectUri: string }

/** One provider of identities: the authorisation code flow with PKCE, state and, where there is an ID token, nonce. */
export type ProviderClient = {
  authorizationUrl(secrets: AuthorizationSecrets): Promise<string>
  /** `query`: what came back. @throws AppError FORBIDDEN for what is not an answer to ours, UPSTREAM for a provider that fails. */
  person(query: Readonly<Record<string, string>>, secrets: AuthorizationSecrets): Promise<Person>
}

/** Those that the operator has set up. */
export type Providers = ReadonlyMap<Provider, ProviderClient>

type Endpoints = {
  issuer: string
  /** Undefined: found by OpenID Connect discovery. */
  oauth2?: { authorize: string; token: string; user: string }
}

export const PUBLIC_ENDPOINTS: Readonly<Record<Provider, Endpoints>> = {
  google: { issuer: 'https://accounts.google.com' },
  github: {
    issuer: 'https://github.com',
    oauth2: {
      authorize: 'https://github.com/login/oauth/authorize',
      token: 'https://github.com/login/oauth/access_token',
      user: 'https://api.github.com/user',
    },
  },
  discord: {
    issuer: 'https://discord.com',
    oauth2: {
      authorize: 'https://discord.com/oauth2/authorize',
      token: 'https://discord.com/api/oauth2/token',
      user: 'https://discord.com/api/users/@me',
    },
  },
}

type Kind = { scope: string; person: z.ZodType<Person> }

/** Least scopes: we need the id and a name, and ask for nothing else. */
const KINDS: Readonly<Record<Provider, Kind>> = {
  google: {
    scope: 'openid email',
    person: z
      .object({ sub: z.string().min(1), email: z.string().optional() })
      .transform(({ sub, email }) => ({ subject: sub, label: email ?? sub })),
  },
  github: {
    scope: 'read:user',
    person: z
      .object({ id: z.number().int(), login: z.string() })
      .transform(({ id, login }) => ({ subject: String(id), label: login })),
  },
  discord: {
    scope: 'identify',
    person: z
      .object({ id: z.string().min(1), username: z.string() })
      .transform(({ id, username }) => ({ subject: id, label: username })),
  },
}

const TIMEOUT_S = 10
const MAX_LABEL = 100

export function openProviders(
  { googleClient, githubClient, discordClient }: Pick<Config, 'googleClient' | 'githubClient' | 'discordClient'>,
  endpoints: typeof PUBLIC_ENDPOINTS,
): Providers {
  const clients = { google: googleClient, github: githubClient, discord: discordClient }
  const providers = new Map<Provider, ProviderClient>()
  for (const name of ['google', 'github', 'discord'] as const) {
    const client = clients[name]
    if (client === undefined) continue
    const colon = client.indexOf(':')
    const credentials = { id: client.slice(0, colon), secret: client.slice(colon + 1) }
    providers.set(name, providerClient(name, credentials, endpoints[name]))
  }
  return providers
}

function providerClient(
  name: Provider,
  { id, secret }: { id: string; secret: string },
  endpoints: Endpoints,
): ProviderClient {
  const { scope, person } = KINDS[name]
  const { oauth2, issuer } = endpoints
  let known: oauth.Configuration | undefined

  // Asked when it is needed first: a provider that is away must not keep the site from starting.
  const configuration = async (): Promise<oauth.Configuration> => {
    if (known !== undefined) return known
    // A local server of a test has no certificate.
    const insecure = new URL(issuer).hostname === '127.0.0.1'
    const auth = oauth.ClientSecretPost(secret)
    if (oauth2 === undefined) {
      // Also the signature of the ID token, though it comes to us from the provider itself.
      const checks = [oauth.enableNonRepudiationChecks]
      const execute = insecure ? [...checks, oauth.allowInsecureRequests] : checks
      known = await oauth.discovery(new URL(issuer), id, undefined, auth, { timeout: TIMEOUT_S, execute })
    } else {
      const metadata = { issuer, authorization_endpoint: oauth2.authorize, token_endpoint: oauth2.token }
      known = new oauth.Configuration(metadata, id, undefined, auth)
      known.timeout = TIMEOUT_S
      if (insecure) oauth.allowInsecureRequests(known)
    }
    return known
  }

  return {
    authorizationUrl: async ({ state, nonce, codeVerifier, redirectUri }) => {
      const config = await upstream(name, configuration)
      const url = oauth.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(oauth2 === undefined ? { nonce } : {}),
      })
      return url.href
    },
    person: async (query, { state, nonce, codeVerifier, redirectUri }) => {
      const config = await upstream(name, configuration)
      const returned = new URL(redirectUri)
      for (const [key, value] of Object.entries(query)) returned.searchParams.set(key, value)
      const tokens = await granted(name, () =>
        oauth.authorizationCodeGrant(config, returned, {
          pkceCodeVerifier: codeVerifier,
          expectedState: state,
          ...(oauth2 === undefined ? { expectedNonce: nonce, idTokenExpected: true } : {}),
        }),
      )
      const facts =
        oauth2 === undefined ? tokens.claims() : await upstream(name, () => userOf(config, tokens, oauth2.user))
      const found = person.safeParse(facts)
      if (!found.success)
        throw new AppError('UPSTREAM', { message: `${name} did not say who this is: ${found.error.message}` })
      return { subject: found.data.subject, label: found.data.label.slice(0, MAX_LABEL) }
    },
  }
}

async function userOf(config: oauth.Configuration, tokens: oauth.TokenEndpointResponse, url: string): Promise<unknown> {
  const answer = await oauth.fetchProtectedResource(config, tokens.access_token, new URL(url), 'GET')
  if (!answer.ok) throw new Error(`it answered ${answer.status}`)
  return answer.json()
}

/** What the provider or the returning browser said is not an answer to our request. */
async function granted<T>(name: Provider, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (
      cause instanceof oauth.AuthorizationResponseError ||
      cause instanceof oauth.ResponseBodyError ||
      cause instanceof oauth.ClientError
    ) {
      throw new AppError('FORBIDDEN', {
        message: `${name} did not confirm the link: ${errorMessage(cause)}`,
        userMessage: 'The account was not linked. Begin again.',
        cause,
      })
    }
    throw new AppError('UPSTREAM', { message: `${name} failed: ${errorMessage(cause)}`, cause })
  }
}

async function upstream<T>(name: Provider, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new AppError('UPSTREAM', { message: `${name} failed: ${errorMessage(cause)}`, cause })
  }
}
