import { openPosition } from '#client/instructions/index.ts'
import { checkLedger, type Ledger } from '#client/solvency.ts'
import { readLedger, requireLanded } from '#server/chain/index.ts'
import type { TestChain, Trader } from '#server/chain/testing.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { accountsAtRisk } from './risk.ts'
import type { TestFeed } from './testing.ts'

const USDC = 1_000_000n
const BASE = 1_000_000_000n
/** Every price afterwards, as a part of what it was. */
const FALL = 0.75
const PARALLEL = 16

/** What every market starts at, and its step. */
const MARKETS = [
  { symbol: 'SOL-PERP', price: 150, step: BASE / 100n },
  { symbol: 'BTC-PERP', price: 100_000, step: BASE / 10_000n },
  { symbol: 'ETH-PERP', price: 2_500, step: BASE / 1_000n },
] as const

export const STORM_PRICES: Readonly<Record<string, string>> = Object.fromEntries(
  MARKETS.map(({ symbol, price }) => [symbol, String(price)]),
)

export type StormResult = {
  /** Accounts that the fall put below maintenance. */
  underWater: number
  /** Until none was below maintenance any more, and every debt was covered. */
  seconds: number
  /** Those for which something was left to do when patience ended. */
  left: number
  /** Equations of the ledger that do not hold. */
  broken: string[]
}

/** `count` accounts are long at 5 to 16 times their equity; then every price falls by a quarter at once. */
export async function storm(
  chain: TestChain,
  feed: TestFeed,
  { count, patienceMs }: { count: number; patienceMs: number },
): Promise<StormResult> {
  const patience = { timeoutMs: patienceMs, everyMs: 200 }
  const isPriced = async () => (await readLedger(chain.connection)).markets.every(({ price }) => price.price > 0n)
  await pollUntil(isPriced, patience)
  await inParallel(count, async (at) => openLong(await chain.trader(equityOf(at)), at))
  const before = await pollUntil(async () => {
    const ledger = await readLedger(chain.connection)
    return ledger.subAccounts.filter(isOpen).length >= count ? ledger : undefined
  }, patience)
  if (before === undefined) throw new Error('not every position was opened in time')
  const underWater = troubled(atPrices(before, FALL)).length

  for (const { symbol, price } of MARKETS) feed.set(symbol, String(price * FALL))
  const fellAt = performance.now()
  const isHandled = async () => {
    const ledger = await readLedger(chain.connection)
    return ledger.markets.every(({ price }, at) => price.price < (before.markets[at]?.price.price ?? 0n)) &&
      troubled(ledger).length === 0
      ? ledger
      : undefined
  }
  const after = (await pollUntil(isHandled, patience)) ?? (await readLedger(chain.connection))
  return {
    underWater,
    seconds: (performance.now() - fellAt) / 1_000,
    left: troubled(after).length,
    broken: checkLedger(after).flatMap(({ name, holds }) => (holds ? [] : [name])),
  }
}

const isOpen = ({ positions }: Ledger['subAccounts'][number]) => positions.some(({ base }) => base !== 0n)

const equityOf = (at: number): bigint => BigInt(200 + 37 * (at % 50)) * USDC

async function openLong({ keypair, subAccount, sender }: Trader, at: number): Promise<void> {
  const marketIndex = at % MARKETS.length
  const { price, step } = MARKETS[marketIndex] ?? MARKETS[0]
  const notional = (Number(equityOf(at)) / Number(USDC)) * (5 + (at % 12))
  const size = (BigInt(Math.round((notional / price) * Number(BASE))) / step) * step
  const limitPrice = (BigInt(Math.round(price * 1_009)) * USDC) / 1_000n
  const order = { side: 'buy', size, limitPrice, clientId: 0n } as const
  const who = { trader: keypair.publicKey, subAccount, marketIndex, marginAccounts: [] }
  requireLanded(await sender.send([openPosition({ ...who, order })]), 'open')
}

/** The same ledger with every price at a part of what it is. */
function atPrices(ledger: Ledger, part: number): Ledger {
  const markets = ledger.markets.map((market) => {
    const price = (market.price.price * BigInt(Math.round(part * 1_000))) / 1_000n
    return { ...market, price: { ...market.price, price, emaPrice: price } }
  })
  return { ...ledger, markets }
}

/** Accounts below maintenance, and those whose debt nobody has covered. */
function troubled({ subAccounts, markets, vaults }: Ledger) {
  const byIndex = <T extends { readonly index: number }>(all: readonly T[]) =>
    new Map(all.map((one) => [one.index, one]))
  const named = subAccounts.map((account) => [`${account.authority}/${account.id}`, account] as const)
  return accountsAtRisk(named, byIndex(markets), byIndex(vaults), BigInt(Math.floor(Date.now() / 1_000)))
}

async function inParallel(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
}
