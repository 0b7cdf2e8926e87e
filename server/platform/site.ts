/**
 * The one of our origins that a request with this `Host` was sent to; null for any other. An origin is its scheme and its
 * host, so it need not be parsed with every request.
 */
export function siteOfHost(origins: readonly string[], host: string | null): string | null {
  return origins.find((origin) => origin.slice(origin.indexOf('://') + 3) === host) ?? null
}
