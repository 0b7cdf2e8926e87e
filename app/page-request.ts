import type { Dictionary } from './i18n/language.ts'
import type { FormatChoice } from './ui/format-choice.ts'

/** What belongs to one request for a page, for code that is rendered on the server without knowing of requests. */
export type PageRequest = { format?: FormatChoice; dictionary?: Dictionary }

declare global {
  /** Put here by the process that serves the pages; without it (a serverless host) requests share the defaults. */
  var quantdeskPageRequest: { getStore(): PageRequest | undefined } | undefined
}

export const pageRequest = (): PageRequest | undefined => globalThis.quantdeskPageRequest?.getStore()
