import type { IncomingMessage, ServerResponse } from 'node:http'

const ALWAYS: readonly [string, string][] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'],
  // Wallets on the web answer to windows that a page of ours has opened.
  ['cross-origin-opener-policy', 'same-origin-allow-popups'],
  ['x-frame-options', 'DENY'],
]
const HSTS = 'max-age=63072000; includeSubDomains'

/** What the API answers is data: nothing of it may run or be framed, wherever a browser shows it. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

/**
 * Of every answer, page or data. Browsers believe the last one only over https, so that a client of plain http who claims
 * to come over https gains nothing by it.
 */
export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of ALWAYS) response.setHeader(name, value)
  if (request.headers['x-forwarded-proto'] === 'https') response.setHeader('strict-transport-security', HSTS)
}
