import { PublicKey } from '@solana/web3.js'
import { afterAll, expect, it } from 'vitest'
import { createSubAccount } from '#client/instructions/index.ts'
import { subAccountAddress } from '#client/pda.ts'
import { systemClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { connectChain } from './connection.ts'
import { followProgramAccounts } from './program-accounts.ts'
import { requireLanded } from './require-landed.ts'
import { createSender } from './sender.ts'
import { startTestChain } from './testing.ts'
import { stubRpc } from './testing-rpc.ts'
import { cuttableWire } from './testing-wire.ts'

const WAIT = { timeoutMs: 15_000 }

const local = await startTestChain()
await local.launch()
afterAll(() => local.stop())

/** Two ways to the same node, each of which can be cut. */
async function twoWays() {
  const wires = await Promise.all(
    [local.rpcUrl, local.rpcWsUrl, local.rpcUrl, local.rpcWsUrl].map((url) => cuttableWire(Number(new URL(url).port))),
  )
  const [http1, ws1, http2, ws2] = wires.map(({ port }) => port)
  const endpoints = [
    { url: `http://127.0.0.1:${http1}`, wsUrl: `ws://127.0.0.1:${ws1}` },
    { url: `http://127.0.0.1:${http2}`, wsUrl: `ws://127.0.0.1:${ws2}` },
  ]
  const metrics = createMetrics({ role: 'test' })
  const chain = connectChain({ endpoints, clock: systemClock, metrics, log: silentLog })
  const close = () => {
    chain.close()
    for (const wire of wires) wire.close()
  }
  return { chain, wires, metrics, close }
}

it('loses neither a call nor a subscription when the endpoint in use is cut', async () => {
  const { chain, wires, metrics, close } = await twoWays()
  const accounts = await followProgramAccounts({ chain, log: silentLog, signal: new AbortController().signal })
  const trader = await local.trader(1_000_000n)
  const authority = trader.keypair.publicKey
  let pushes = 0
  chain.connection.onAccountChange(new PublicKey(trader.subAccount), () => {
    pushes += 1
  })
  expect(await pollUntil(() => accounts.all('SubAccount').has(trader.subAccount), WAIT)).toBe(true)

  wires[0]?.cut()
  wires[1]?.cut()
  const sender = createSender({ connection: chain.connection, payer: trader.keypair })
  requireLanded(await sender.send([createSubAccount({ authority, id: 1 })]), 'create over the other endpoint')
  const second = subAccountAddress(authority, 1).toBase58()
  expect(await pollUntil(() => accounts.all('SubAccount').has(second), WAIT)).toBe(true)
  const heard = async () => {
    await local.cheats.setAccount(new PublicKey(trader.subAccount), {
      lamports: 30_000_000 + pushes + (Date.now() % 1_000),
    })
    return pushes > 0
  }
  expect(await pollUntil(heard, WAIT)).toBe(true)
  const [cut, other] = chain.endpoints()
  expect([cut?.ban, other?.ban]).toEqual(['failing', null])
  expect(chain.health().status).toBe('ok')
  const text = await metrics.expose()
  expect(text).toMatch(new RegExp(`quantdesk_rpc_failures_total{endpoint="${cut?.name}",kind="network"`))
  expect(text).toMatch(new RegExp(`quantdesk_rpc_banned{endpoint="${cut?.name}",reason="failing",role="test"} 1`))

  wires[0]?.mend()
  wires[1]?.mend()
  expect(await pollUntil(() => chain.endpoints()[0]?.ban === null, WAIT)).toBe(true)
  accounts.close()
  close()
})

it('does not call expired what a node that is behind has not seen', async () => {
  const node = await stubRpc()
  const signed = await local.trader(1n).then(({ sender }) => sender.sign([]))
  let looks = 0
  Object.assign(node.methods, {
    sendTransaction: () => signed.signature,
    getEpochInfo: () => ({
      absoluteSlot: 5_000,
      blockHeight: signed.lastValidBlockHeight + 1,
      epoch: 0,
      slotIndex: 0,
      slotsInEpoch: 432_000,
    }),
    getSignatureStatuses: () => {
      looks += 1
      if (looks < 3) return { context: { slot: 4_999 }, value: [null] }
      const landed = { slot: 4_000, confirmations: 9, err: null, confirmationStatus: 'confirmed' }
      return { context: { slot: 5_000 }, value: [landed] }
    },
  })
  const chain = connectChain({ endpoints: [{ url: node.url, wsUrl: local.rpcWsUrl }], clock: systemClock })
  const { sender } = await local.trader(1n)
  const outcome = await createSender({ connection: chain.connection, payer: sender.payer }).settle(signed)
  expect(outcome).toEqual({ kind: 'landed-ok', signature: signed.signature, slot: 4_000 })
  expect(looks).toBe(3)
  chain.close()
  await node.close()
})
