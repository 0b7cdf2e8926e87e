/** A call that would succeed, for every instruction: what the attacks start from. */
import { Keypair } from '@solana/web3.js'
import { type Call, type Trader, World } from '../harness.ts'
import { BASE, USD } from '../params.ts'
import type { Accounts, Fields } from '../program.ts'

export type Scene = {
  readonly world: World
  readonly args: Fields
  readonly accounts: Accounts
  readonly call: Call
  /** Accounts for which another of the same kind is a rightful choice of the caller. */
  readonly free?: readonly string[]
  /** So many of the first remaining accounts are passed over when they do not fit, without harm. */
  readonly skippable?: number
}

/** By the instruction's name, and after a slash what is special. */
export type Scenes = Readonly<Record<string, () => Scene>>

export const bare = World.deployed()
export const base = World.open(2)

export type TraderScene = { world: World; alice: Trader; call: Call }

/** A trader with two collaterals, so that margin needs an account of its own. */
export function traderScene(usdc = 10_000n * USD, sol = 2n * BASE): TraderScene {
  const world = base.fork()
  const alice = world.trader(usdc, sol)
  return { world, alice, call: { signers: [alice.keypair], remaining: world.marginAccounts(alice) } }
}

export function funded(world: World): Keypair {
  const wallet = Keypair.generate()
  world.svm.airdrop(wallet.publicKey, 100n * BASE)
  return wallet
}
