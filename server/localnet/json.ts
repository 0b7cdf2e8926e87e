declare global {
  interface JSON {
    /** ES2026: a value that stringify writes as the given number text. */
    rawJSON(text: string): unknown
  }
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/** An integer that JSON carries exactly although a double may not: u64 amounts, u64::MAX as rent epoch. */
export function jsonInteger(value: bigint): unknown {
  return value <= MAX_SAFE && value >= -MAX_SAFE ? Number(value) : JSON.rawJSON(value.toString())
}
