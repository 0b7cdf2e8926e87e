/** Where a walk starts: four markets, three collaterals, a funded pool, nobody trading. */
import { NATIVE_MINT } from '@solana/spl-token'
import { Keypair } from '@solana/web3.js'
import type { Address } from '#client/layout.ts'
import { World } from '../harness.ts'
import { feedId, MARKETS, USD } from '../params.ts'
import { Feed } from './feeds.ts'

export type WalkVenue = {
  /** The whole SVM. */
  readonly snapshot: Uint8Array
  readonly payer: Address
  /** Every role of the exchange. */
  readonly admin: Address
  /** By vault index: USDC, wSOL, and one more. */
  readonly mints: readonly Address[]
  /** By market index; the collaterals share the feeds of SOL and JUP. */
  readonly feeds: (now: number) => readonly Feed[]
}

export const SOL_VAULT = 1

/** `markets`: beyond the first four they follow the same feeds again. */
export function walkVenue(markets = MARKETS.length): WalkVenue {
  const names = Array.from({ length: markets }, (_, index) => MARKETS[index % MARKETS.length] ?? 'SOL')
  const world = World.open()
  const extra = [...names.entries()].slice(MARKETS.length)
  if (extra.length > 0) world.seedPool(BigInt(extra.length) * 1_000_000n * USD)
  for (const [index, name] of extra) {
    world.initializeMarket(name, index)
    world.allocate(index, 1_000_000n * USD)
  }
  const jup = Keypair.generate().publicKey
  world.createMint(jup, 6)
  world.initializeVault(jup, 2, { feedId: feedId('JUP'), initialWeightBps: 6_000, maintenanceWeightBps: 8_000 })
  world.change({ feeTiers: [[...FEE_TIERS]] })
  return {
    snapshot: world.svm.snapshot(),
    payer: world.svm.payer.publicKey.toBase58(),
    admin: world.admin.publicKey.toBase58(),
    mints: [world.usdcMint, NATIVE_MINT, jup].map((mint) => mint.toBase58()),
    feeds: (now) => names.map((name) => new Feed(name, now)),
  }
}

/** So close together that a walk's traders climb them. */
const FEE_TIERS = [
  { volume: 0n, takerShareBps: 10_000, rebateShareBps: 10_000 },
  { volume: 200_000n * USD, takerShareBps: 9_000, rebateShareBps: 11_000 },
  { volume: 2_000_000n * USD, takerShareBps: 7_000, rebateShareBps: 12_000 },
]
