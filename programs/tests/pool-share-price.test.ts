import { expect, test } from 'vitest'
import { type Receipt, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { Random } from './walk/random.ts'

const base = World.open(2)

/** The pool's value as the program calculates it for a request at this moment. */
function value(world: World, lp: Trader): { nav: bigint; shares: bigint } {
  const asked = succeeded(world.fork().requestExit(lp, 9_999n, 1n)).events[0]?.data
  return { nav: asked?.netAssetValue as bigint, shares: asked?.totalShares as bigint }
}

/** nav / shares has not fallen: compared as exact fractions. */
function expectNotLower(before: { nav: bigint; shares: bigint }, after: { nav: bigint; shares: bigint }): void {
  expect(after.nav * before.shares).toBeGreaterThanOrEqual(before.nav * after.shares)
}

test.each([1, 2, 3, 4])('no deposit, exit or fee lowers what a share is worth (seed %i)', (seed) => {
  const random = new Random(seed)
  const pick = (below: number): number => random.int(0, below - 1)
  const world = base.fork()
  const lps = [world.trader(3_000_000n * USD), world.trader(3_000_000n * USD)]
  const traders = [world.trader(200_000n * USD), world.trader(200_000n * USD)]
  const first = lps[0] as Trader
  succeeded(world.requestDeposit(first, 0n, 10_000n * USD))
  world.pass(2)
  succeeded(world.mintShares(first, 0n))

  const compared = { deposit: 0, exit: 0, fill: 0 }
  const compare = (kind: keyof typeof compared, act: () => Receipt): void => {
    const before = value(world, first)
    if (!act().ok) return
    expectNotLower(before, value(world, first))
    compared[kind]++
  }
  for (let step = 1; step <= 25; step++) {
    const lp = lps[pick(2)] as Trader
    const id = BigInt(step)
    const amount = BigInt(1 + pick(10 ** (1 + pick(11))))
    world.pass(1 + pick(3), { SOL: BigInt(140_000_000 + pick(20_000_000)) })
    switch (pick(3)) {
      case 0:
        if (!world.requestDeposit(lp, id, amount).ok) break
        world.pass(2)
        compare('deposit', () => world.mintShares(lp, id))
        break
      case 1: {
        const shares = BigInt(pick(Number(world.userAccount(lp).poolShares) + 1))
        if (!world.requestExit(lp, id, shares).ok) break
        world.pass(62, { SOL: BigInt(140_000_000 + pick(20_000_000)) })
        compare('exit', () => world.exitPool(lp, id))
        break
      }
      default: {
        const trader = traders[pick(2)] as Trader
        const placed = world.open(trader, 0, pick(2) === 0 ? 'buy' : 'sell', BigInt(1 + pick(100)) * BASE)
        if (!placed.ok) break
        world.pass(1)
        compare('fill', () => world.execute(trader, 0))
      }
    }
  }
  expect(Math.min(...Object.values(compared))).toBeGreaterThan(0)
  checkLedger(world)
})
