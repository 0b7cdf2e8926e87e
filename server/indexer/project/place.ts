/** Where and when an event happened. */
export type Place = { signature: string; path: string; slot: number }

/** What rules need to know besides the event; grows with the events that create markets and sub-accounts. */
export type Directory = {
  exchange: string
  pool: string
  insurance: string
  quoteMint(): string
  market(index: number): string
  /** Mint of the token vault at an address. */
  mint(tokenVault: string): string
  authority(subAccount: string): string
}

/** Chain time, whole seconds, as a column value. */
export const chainTime = (seconds: bigint): Date => new Date(Number(seconds) * 1000)

/** The program writes this key where it means nobody. */
const NO_KEY = '11111111111111111111111111111111'
export const keyOrNull = (key: string): string | null => (key === NO_KEY ? null : key)

/** 0 where the program means none. */
export const orNull = (value: bigint): bigint | null => (value === 0n ? null : value)
