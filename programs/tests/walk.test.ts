/** Random actions of several traders under random prices: the ledger balances after each, and no event is missing. A seed replays its walk. */
import { expect, test } from 'vitest'
import { type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { checkSequences } from './sequences.ts'

const STEPS = 120

test.each([1, 2, 3])('walk %i keeps every unit and every event accounted for', (seed) => {
  const random = mulberry32(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const world = World.open(2)
  const traders = [world.trader(2_000n * USD), world.trader(5_000n * USD, 20n * BASE), world.trader(50_000n * USD)]
  const keeper = world.trader(0n)
  const markets = [0, 1] as const
  const sizes = [
    [BASE, 20n * BASE, 90n * BASE],
    [1_000_000n, 50_000_000n, 240_000_000n],
  ] as const

  const trade = (trader: Trader): boolean => {
    const market = pick(markets)
    const side = pick(['buy', 'sell'] as const)
    const size = pick(sizes[market])
    const placed =
      random() < 0.7
        ? world.open(trader, market, side, size)
        : world.place(trader, market, {
            side: { [side]: {} },
            size,
            limitPrice: (world.price(market === 0 ? 'SOL' : 'BTC') / USD) * USD,
          })
    return placed.ok
  }
  const executeAll = (trader: Trader): boolean => {
    const orders = world.subAccount(trader).orders.filter((o) => o.inUse)
    return orders.map((o) => world.execute(trader, o.marketIndex, { keeper, orderId: o.orderId }).ok).some(Boolean)
  }
  const move = (): boolean => {
    const scale = BigInt(pick([900, 970, 990, 1_000, 1_010, 1_030, 1_100]))
    const next = (name: 'SOL' | 'BTC') => (world.price(name) * scale) / 1_000n
    world.pass(pick([1, 1, 1, 2, 30]), { SOL: next('SOL'), BTC: next('BTC') })
    return true
  }
  const close = (trader: Trader): boolean => {
    const position = world.subAccount(trader).positions.find((p) => p.inUse && p.base !== 0n)
    return position !== undefined && world.close(trader, position.marketIndex, pick([2_500, 10_000])).ok
  }
  const withdraw = (trader: Trader): boolean =>
    world.call('withdrawTokens', { amount: pick([1n, 500n * USD]) }, world.withdrawAccounts(trader), {
      signers: [trader.keypair],
      remaining: world.marginAccounts(trader),
    }).ok
  const liquidate = (trader: Trader): boolean =>
    markets.map((market) => world.liquidate(trader, market, keeper).ok).some(Boolean)

  const actions = { trade, executeAll, move, close, withdraw, liquidate }
  const done = new Map<string, number>()
  for (let step = 0; step < STEPS; step++) {
    const name = pick([
      'trade',
      'trade',
      'executeAll',
      'executeAll',
      'move',
      'move',
      'close',
      'withdraw',
      'liquidate',
    ] as const)
    if (actions[name](pick(traders))) done.set(name, (done.get(name) ?? 0) + 1)
    checkLedger(world)
  }
  for (const name of ['trade', 'executeAll', 'close', 'withdraw']) expect(done.get(name), name).toBeGreaterThan(0)
  checkSequences(world.log)
})

/** A small, fixed generator: Math.random could not be replayed. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
