import { succeeded } from '../harness.ts'
import { USD } from '../params.ts'
import { type Scenes, type TraderScene, traderScene } from './scene.ts'

const DEPOSIT = 2_000n * USD

export const poolScenes: Scenes = {
  depositToPool: () => {
    const { world, alice } = traderScene()
    const remaining = [...world.allMarkets(), ...world.marginAccounts(alice)]
    const call = { signers: [alice.keypair], remaining }
    return { world, args: { ticketId: 1n, amount: USD }, accounts: world.requestAccounts(alice, 1n), call }
  },
  mintPoolShares: () => {
    const { world, alice } = traderScene()
    succeeded(world.requestDeposit(alice, 1n, DEPOSIT))
    const call = { signers: [world.admin], remaining: world.allMarkets() }
    return { world, args: {}, accounts: world.mintSharesAccounts(alice, 1n), call, free: ['keeper'] }
  },
  requestPoolExit: () => {
    const { world, alice } = shareholder()
    const call = { signers: [alice.keypair], remaining: world.allMarkets() }
    return { world, args: { ticketId: 2n, shares: USD }, accounts: world.requestAccounts(alice, 2n), call }
  },
  exitPool: () => {
    const { world, alice } = shareholder()
    succeeded(world.requestExit(alice, 2n, USD))
    world.pass(62)
    return { world, args: {}, accounts: world.exitPoolAccounts(alice, 2n), call: { remaining: world.allMarkets() } }
  },
}

function shareholder(): TraderScene {
  const scene = traderScene()
  succeeded(scene.world.requestDeposit(scene.alice, 1n, DEPOSIT))
  scene.world.pass(2)
  succeeded(scene.world.mintShares(scene.alice, 1n))
  return scene
}
