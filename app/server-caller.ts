import type { AppRouter } from '#server/api/root.ts'

/** The API, called in the same process without HTTP. */
export type ServerCaller = ReturnType<AppRouter['createCaller']>

declare global {
  /**
   * Put here by the process that serves both the pages and the API. A page and the server's entry evaluate the same
   * module twice, so the caller is handed over through the one thing they share.
   */
  var quantdeskCaller: ServerCaller | undefined
}

/** Longest time a page waits for data before it goes out without it; the browser then fetches it itself. */
const PREFETCH_TIMEOUT_MS = 800

/** What `read` returns, or undefined when there is no caller here, it fails or it is slow. */
export async function prefetch<T>(read: (caller: ServerCaller) => Promise<T>): Promise<T | undefined> {
  const caller = globalThis.quantdeskCaller
  if (caller === undefined) return undefined
  const timeout = Promise.withResolvers<undefined>()
  const timer = setTimeout(timeout.resolve, PREFETCH_TIMEOUT_MS)
  return Promise.race([read(caller).catch(() => undefined), timeout.promise]).finally(() => clearTimeout(timer))
}
