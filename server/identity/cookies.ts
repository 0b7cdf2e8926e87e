import { serialize } from 'hono/utils/cookie'
import { AppError } from '#server/platform/errors.ts'
import type { ApiContext, HttpExchange } from '#server/platform/procedures.ts'

/** A call that came over HTTP, under an origin that is this site's. */
export type SiteExchange = HttpExchange & { site: string }

/** @throws AppError BAD_INPUT for any other Host: a signature is good for the sites of PUBLIC_URL alone. */
export function siteOf({ http }: Pick<ApiContext, 'http'>): SiteExchange {
  if (http === null || http.site === null) {
    throw new AppError('BAD_INPUT', {
      message: 'this address is none of the site’s own; the operator names them in PUBLIC_URL',
    })
  }
  return { ...http, site: http.site }
}

export type CookieName = 'access' | 'refresh' | 'browser'

/**
 * `__Host-` where the site has HTTPS: the browser then takes the cookie from this host alone, for all of its paths. Cookies
 * know no ports, so without HTTPS the port is in the name: two installations on one machine stay apart.
 */
export function cookieName(site: string, name: CookieName): string {
  const { protocol, port } = new URL(site)
  return protocol === 'https:' ? `__Host-qd-${name}` : `qd-${name}-${port || '80'}`
}

export function readCookie({ cookie, site }: SiteExchange, name: CookieName): string | undefined {
  return cookie(cookieName(site, name))
}

/** Out of reach of scripts, sent by pages of this site; `null` removes it. */
export function writeCookie(
  { setCookie, site }: SiteExchange,
  name: CookieName,
  value: string | null,
  lastsMs: number,
): void {
  const secure = site.startsWith('https:')
  const maxAge = value === null ? 0 : Math.floor(lastsMs / 1000)
  setCookie(
    serialize(cookieName(site, name), value ?? '', { httpOnly: true, secure, sameSite: 'Lax', path: '/', maxAge }),
  )
}
