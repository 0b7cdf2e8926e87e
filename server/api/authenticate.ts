import { AppError } from '#server/platform/errors.ts'
import type { Authenticator, Principal, SignedIn } from '#server/platform/principal.ts'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Of a request. What changes something is believed only from pages of our own: a browser says the page's origin with every
 * request that is no GET, and a page of another origin could send it with our cookies.
 */
export async function principalOf(
  request: Request,
  { authenticate, ip, site }: { authenticate: Authenticator | undefined; ip: string | null; site: string | null },
): Promise<Principal> {
  const { headers, method } = request
  const origin = headers.get('origin')
  const changes = !SAFE_METHODS.has(method)
  if (changes && headers.has('cookie') && !headers.has('authorization') && (origin === null || origin !== site)) {
    throw new AppError('FORBIDDEN', {
      message: `a change with a cookie is accepted from pages of this site alone, and this one comes from ${origin?.slice(0, 100) ?? 'none'}`,
    })
  }
  if (authenticate === undefined) return null
  const path = request.url.slice(request.url.indexOf('/', 'https://'.length))
  const body = async () => new Uint8Array(await request.clone().arrayBuffer())
  return authenticate({ method, path, headers, body, ip })
}

/** Of a token that was handed over to be checked. @throws AppError UNAUTHENTICATED */
export async function principalOfToken(token: string, authenticate: Authenticator | undefined): Promise<SignedIn> {
  if (authenticate === undefined) {
    throw new AppError('UNAUTHENTICATED', {
      message: 'this server has no accounts and cannot check a token; everything it streams is public',
    })
  }
  const headers = new Headers({ authorization: `Bearer ${token}` })
  const body = async () => new Uint8Array()
  const principal = await authenticate({ method: 'AUTH', path: '/ws', headers, body, ip: null })
  if (principal === null) throw new AppError('UNAUTHENTICATED', { message: 'this is no token of ours' })
  return principal
}
