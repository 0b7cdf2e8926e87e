/** Where and when an event happened. */
export type Place = { signature: string; path: string; slot: number }

/** What rules need to know besides the event; grows with the events that create markets and sub-accounts. */
export type Directory = {
  exchange: string
  pool: string
  quoteMint(): string
  market(index: number): string
  authority(subAccount: string): string
}

/** Chain time, whole seconds, as a column value. */
export const chainTime = (seconds: bigint): Date => new Date(Number(seconds) * 1000)
