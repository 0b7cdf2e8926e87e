import { loopback } from '../testing.ts'
import { VENUES, type Venue } from './venues.ts'

/**
 * Answers in the form of each exchange. CONSTRUCTED, not recorded: the numbers are ours. Coinbase, Bitstamp and Gemini have
 * the fields of recorded answers in the test data of ccxt; Kraken and Bitfinex those of their documentation.
 */
export const TICKERS: Readonly<Record<string, (bid: string, ask: string) => string>> = {
  Coinbase: (bid, ask) =>
    `{"ask":"${ask}","bid":"${bid}","volume":"1207.50668151","trade_id":18502105,"price":"${bid}","size":"0.00730812","time":"2026-11-21T12:00:00.270099Z"}`,
  Kraken: (bid, ask) =>
    `{"error":[],"result":{"SOLUSD":{"a":["${ask}","1","1.000"],"b":["${bid}","2","2.000"],"c":["${bid}","0.1"],"t":[1,2]},"XXBTZUSD":{"a":["${ask}","1","1.000"],"b":["${bid}","2","2.000"]},"XETHZUSD":{"a":["${ask}","1","1.000"],"b":["${bid}","2","2.000"]}}}`,
  Bitstamp: (bid, ask) =>
    `{"timestamp":"1795262400","open":"140","high":"150","low":"139","last":"${bid}","volume":"135.2","vwap":"143","bid":"${bid}","ask":"${ask}","side":"0","open_24":"141","percent_change_24":"1.58"}`,
  Gemini: (bid, ask) =>
    `{"bid":"${bid}","ask":"${ask}","last":"${bid}","volume":{"SOL":"3.5","USD":"500.1","timestamp":1795262400000}}`,
  Bitfinex: (bid, ask) =>
    `[["tSOLUSD",${bid},120.5,${ask},98.2,1.1,0.01,${bid},5000,150,139],["tBTCUSD",${bid},1,${ask},1,1,0.01,${bid},1,1,1],["tETHUSD",${bid},1,${ask},1,1,0.01,${bid},1,1,1]]`,
}

/** Whose path it is. */
const OWNER: readonly (readonly [RegExp, string])[] = [
  [/^\/products\//, 'Coinbase'],
  [/^\/0\/public\//, 'Kraken'],
  [/^\/api\/v2\//, 'Bitstamp'],
  [/^\/v1\//, 'Gemini'],
  [/^\/v2\//, 'Bitfinex'],
]

export type Exchanges = Awaited<ReturnType<typeof exchanges>>

/** The exchanges on this machine; `answer` says what each one answers to a path, a number being an HTTP status. */
export async function exchanges(answer: (venue: string, path: string) => string | number) {
  const service = await loopback((request, response) => {
    const path = request.url ?? ''
    const venue = OWNER.find(([pattern]) => pattern.test(path))?.[1] ?? 'nobody'
    const said = answer(venue, path)
    if (typeof said === 'number') response.writeHead(said).end()
    else response.end(said)
  })
  const venues: Venue[] = VENUES.map((venue) => ({ ...venue, origin: service.url }))
  return { ...service, venues }
}
