import { lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { AppError } from '#server/platform/errors.ts'

/** Only what the whole internet can reach: no loopback, private, link-local, carrier, test, multicast or mapped address. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  // An IPv4 address inside an IPv6 one is judged as what it is.
  return ipaddr.process(address).range() === 'unicast'
}

/**
 * A `lookup` for sockets that refuses to resolve a name to an address inside our own network. The socket connects to the
 * very address that was judged, so a name that changes its answer in between gains nothing.
 */
export function publicLookup(resolver: typeof resolve = resolve): LookupFunction {
  return (hostname, options, done) => {
    resolver(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, [], 0)
      const inside = addresses.find(({ address }) => !isPublicAddress(address))
      const [first] = addresses
      if (inside !== undefined || first === undefined) {
        const refused: NodeJS.ErrnoException = new Error(`${hostname} leads into a private network`)
        return done(refused, [], 0)
      }
      if (options.all === true) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
}

/** What somebody gave us to send to. @throws AppError BAD_INPUT for what we will not even try. */
export function checkWebhookUrl(text: string, { allowPrivate }: { allowPrivate: boolean }): URL {
  const refuse = (message: string) =>
    new AppError('BAD_INPUT', { message: `url: ${message}`, details: { fields: [{ field: 'url', message }] } })
  if (!URL.canParse(text)) throw refuse('give a whole URL like https://example.com/hook')
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) throw refuse('give an https:// URL')
  if (url.username !== '' || url.password !== '')
    throw refuse('leave user and password out: the signature proves who sends')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!allowPrivate && (host === 'localhost' || (ipaddr.isValid(host) && !isPublicAddress(host)))) {
    throw refuse('give a host that the internet can reach')
  }
  return url
}
