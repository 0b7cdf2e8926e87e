import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * A page of this machine may use the node, a page of the internet may not: the cheats would let it rewrite the chain.
 * Programs send no Origin and are let through.
 */
export function isAllowedOrigin({ origin }: IncomingHttpHeaders): boolean {
  if (origin === undefined) return true
  const host = URL.parse(origin)?.hostname
  return host !== undefined && (LOOPBACK.has(host) || host.endsWith('.localhost'))
}
