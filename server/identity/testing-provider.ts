import { createHash, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** `person`: who said yes. */
type Grant = { redirectUri: string; challenge: string; nonce: string | null; person: number }

const ALICE = 7

/** What a dishonest or broken provider says otherwise. */
export type Lie = {
  nonce?: string
  issuer?: string
  audience?: string
  foreignKey?: boolean
  user?: unknown
  tokenStatus?: number
}

export function providerEndpoints(issuer: string) {
  const oauth2 = (name: string) => ({
    issuer,
    oauth2: { authorize: `${issuer}/authorize`, token: `${issuer}/token`, user: `${issuer}/user/${name}` },
  })
  return { google: { issuer }, github: oauth2('github'), discord: oauth2('discord') }
}

const personOf = ({ headers }: IncomingMessage): number => Number(headers.authorization?.split('-')[1])

/** An identity provider on this machine: OpenID Connect with discovery, and plain OAuth 2 with a page of the user. */
export async function startProvider({ port = 0 } = {}) {
  const keys = await generateKeyPair('RS256')
  const foreign = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: '1', alg: 'RS256', use: 'sig' }
  const grants = new Map<string, Grant>()
  let lie: Lie = {}
  let issuer = ''

  const token = async (request: IncomingMessage): Promise<[number, unknown]> => {
    const form = new URLSearchParams(await text(request))
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isClient = form.get('client_id') === 'client' && form.get('client_secret') === 'secret:with:colons'
    if (lie.tokenStatus !== undefined) return [lie.tokenStatus, {}]
    if (!isClient) return [401, { error: 'invalid_client' }]
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri'))
      return [400, { error: 'invalid_grant' }]
    const claims = { ...(grant.nonce !== null && { nonce: lie.nonce ?? grant.nonce }), email: 'alice@example.com' }
    const idToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: '1' })
      .setSubject('google-1')
      .setIssuer(lie.issuer ?? issuer)
      .setAudience(lie.audience ?? 'client')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(lie.foreignKey === true ? foreign.privateKey : keys.privateKey)
    const isOpenId = grant.nonce !== null
    return [
      200,
      { access_token: `access-${grant.person}`, token_type: 'Bearer', ...(isOpenId && { id_token: idToken }) },
    ]
  }

  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return [
          200,
          {
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            jwks_uri: `${issuer}/jwks`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
          },
        ]
      case '/jwks':
        return [200, { keys: [jwk] }]
      case '/token':
        return token(request)
      case '/user/github':
        return [200, lie.user ?? { id: personOf(request), login: 'alice-gh' }]
      case '/user/discord':
        return [200, lie.user ?? { id: String(personOf(request)), username: 'alice-dc' }]
      default:
        return [404, {}]
    }
  }

  /** The person says yes. @returns what the provider puts into the address the browser comes back to. */
  const approve = (authorizationUrl: string, person = ALICE): Record<string, string> => {
    const { searchParams } = new URL(authorizationUrl, issuer)
    const code = crypto.randomUUID()
    grants.set(code, {
      redirectUri: searchParams.get('redirect_uri') ?? '',
      challenge: searchParams.get('code_challenge') ?? '',
      nonce: searchParams.get('nonce'),
      person,
    })
    return { code, state: searchParams.get('state') ?? '' }
  }

  /** Where a browser is asked, each time as another person, and either link takes it back. */
  const consentPage = (path: string): string => {
    const { searchParams } = new URL(path, issuer)
    const back = (query: Record<string, string>) =>
      `${searchParams.get('redirect_uri') ?? ''}?${new URLSearchParams(query)}`.replaceAll('&', '&amp;')
    const refusal = { error: 'access_denied', state: searchParams.get('state') ?? '' }
    return `<!doctype html><title>Consent</title><a href="${back(approve(path, randomInt(2 ** 47)))}">Allow</a> <a href="${back(refusal)}">Deny</a>`
  }

  const server = createServer((request, response) => {
    if (request.url?.startsWith('/authorize?')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(consentPage(request.url))
      return
    }
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

  return {
    endpoints: providerEndpoints(issuer),
    approve,
    lie: (next: Lie) => {
      lie = next
    },
    close: () => server.close(),
  }
}
