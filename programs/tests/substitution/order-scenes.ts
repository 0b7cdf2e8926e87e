import { addresses, PLAIN_ORDER, priceAccount, succeeded, writable } from '../harness.ts'
import { BASE, USD } from '../params.ts'
import type { Fields } from '../program.ts'
import { type Scene, type Scenes, type TraderScene, traderScene } from './scene.ts'

const BUY: Fields = { ...PLAIN_ORDER, side: { buy: {} }, size: BASE, limitPrice: 140n * USD }
const STOP: Fields = {
  kind: { market: {} },
  timeInForce: { immediateOrCancel: {} },
  side: { sell: {} },
  size: BASE,
  reduceOnly: true,
  triggerDirection: { below: {} },
}

export const orderScenes: Scenes = {
  placeOrder: () => {
    const { world, alice, call } = traderScene()
    return { world, args: { orders: [BUY] }, accounts: world.orderAccounts(alice, 0), call, free: ['market'] }
  },
  openPosition: () => {
    const { world, alice, call } = traderScene()
    const args = { order: { side: { buy: {} }, size: BASE / 10n, limitPrice: 70_000n * USD, clientId: 0n } }
    return { world, args, accounts: world.orderAccounts(alice, 0), call, free: ['market'] }
  },
  closePosition: () => {
    const { world, alice } = holding()
    const args = { order: { fractionBps: 10_000, limitPrice: USD, clientId: 0n } }
    return { world, args, accounts: world.orderAccounts(alice, 0), call: { signers: [alice.keypair] } }
  },
  modifyOrder: () => {
    const { world, alice, call } = traderScene()
    succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }))
    const args = {
      orderId: 1n,
      size: 2n * BASE,
      limitPrice: 139n * USD,
      triggerPrice: 0n,
      trailingDistance: 0n,
      pegOffset: null,
      expiresAt: 0n,
    }
    return { world, args: { args }, accounts: world.orderAccounts(alice, 0), call }
  },
  cancelOrder: () => {
    const { world, alice } = traderScene()
    succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }))
    const accounts = { trader: alice.keypair.publicKey, subAccount: alice.subAccount }
    return { world, args: { target: { all: {} } }, accounts, call: { signers: [alice.keypair] } }
  },
  triggerOrder: () => waiting({ triggerPrice: 145n * USD }, 144n * USD),
  ratchetTrailingStop: () => waiting({ trailingDistance: 10n * USD }, 152n * USD),
  expireOrders: () => {
    const { world, alice } = traderScene()
    const expiresAt = BigInt(world.svm.now + 5)
    succeeded(
      world.place(alice, 0, {
        side: { buy: {} },
        size: BASE,
        limitPrice: 140n * USD,
        timeInForce: { goodTillTime: {} },
        expiresAt,
      }),
    )
    world.pass(10)
    return { world, args: {}, accounts: { subAccount: alice.subAccount }, call: {} }
  },
  forceCancelOrders: () => {
    const { world, alice } = traderScene(200n * USD, BASE)
    world.enter(alice, 0, 'buy', 20n * BASE)
    succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }))
    world.pass(1, { SOL: 141n * USD })
    return {
      world,
      args: {},
      accounts: { subAccount: alice.subAccount },
      call: { remaining: world.marginAccounts(alice) },
    }
  },
  executeOrder: () => {
    const { world, alice } = traderScene()
    const keeper = world.trader(0n)
    world.enter(alice, 1, 'buy', 1_000_000n)
    succeeded(world.open(alice, 0, 'buy', BASE))
    world.pass(1)
    const accounts = world.executeAccounts(alice, 0, keeper, priceAccount('SOL'))
    const call = { signers: [world.admin], remaining: world.marginAccounts(alice) }
    return { world, args: { orderId: 2n, makerOrderIds: [] }, accounts, call, free: ['keeper', 'keeperSubAccount'] }
  },
  'executeOrder/with a maker': () => {
    const { world, alice } = traderScene()
    const [keeper, maker] = [world.trader(0n), world.trader(5_000n * USD)]
    succeeded(world.place(maker, 0, { side: { sell: {} }, size: BASE, limitPrice: 150n * USD, postOnly: true }))
    world.pass(1)
    succeeded(world.open(alice, 0, 'buy', BASE))
    world.pass(1)
    const accounts = world.executeAccounts(alice, 0, keeper, priceAccount('SOL'))
    const remaining = [writable(maker.subAccount), ...world.marginAccounts(alice, maker)]
    const args = { orderId: 1n, makerOrderIds: [1n] }
    return {
      world,
      args,
      accounts,
      call: { signers: [world.admin], remaining },
      free: ['keeper', 'keeperSubAccount'],
      skippable: 1,
    }
  },
}

function holding(): TraderScene {
  const scene = traderScene()
  scene.world.enter(scene.alice, 0, 'buy', BASE)
  return scene
}

/** A stop of a held position, at a price that lets anyone set it off or move it. */
function waiting(order: Fields, price: bigint): Scene {
  const { world, alice } = holding()
  succeeded(world.place(alice, 0, { ...STOP, ...order }))
  world.pass(1, { SOL: price })
  const accounts = { market: addresses.market(0), subAccount: alice.subAccount }
  return { world, args: { orderId: 2n }, accounts, call: {} }
}
