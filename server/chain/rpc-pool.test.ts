import { afterEach, describe, expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { post, type RpcFailureKind } from './rpc-answer.ts'
import { createEndpoint, type Endpoint } from './rpc-endpoint.ts'
import { createRpcPool } from './rpc-pool.ts'
import { watchEndpoints } from './rpc-watch.ts'
import { type StubRpc, stubRpc } from './testing-rpc.ts'

const stubs: StubRpc[] = []
afterEach(async () => {
  await Promise.all(stubs.splice(0).map((stub) => stub.close()))
})

const call = (method: string, params: unknown[] = []) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

async function pool(...given: Parameters<typeof stubRpc>[0][]) {
  const nodes = await Promise.all(given.map((options) => stubRpc(options)))
  stubs.push(...nodes)
  const clock = manualClock(1_000_000)
  const failures: [name: string, kind: RpcFailureKind][] = []
  const events = {
    answered: () => undefined,
    seen: () => undefined,
    banned: () => undefined,
    failed: (name: string, kind: RpcFailureKind) => failures.push([name, kind]),
  }
  const names = ['first', 'second', 'third', 'fourth']
  const endpoints = nodes.map(({ url }, at) => createEndpoint({ url, wsUrl: url }, names[at] ?? '', clock, events))
  const [one, ...rest] = endpoints
  if (one === undefined) throw new Error('a pool needs an endpoint')
  const rpc = createRpcPool([one, ...rest])
  const bans = () => endpoints.map(({ status }: Endpoint) => status.ban)
  return { rpc, nodes, endpoints, clock, failures, bans, watch: watchEndpoints(endpoints) }
}

async function slotFrom(request: Promise<string>): Promise<number> {
  return JSON.parse(await request).result
}

describe('a read', () => {
  const troubles: [RpcFailureKind, StubRpc['trouble']][] = [
    ['network', 'reset'],
    ['server-error', { status: 503, body: 'busy' }],
    ['rate-limited', { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }],
    ['rate-limited', { body: '{"jsonrpc":"2.0","id":1,"error":{"code":429,"message":"too many"}}' }],
    ['refused', { status: 403, body: '<html>forbidden</html>' }],
    ['malformed', { body: '<html>hello</html>' }],
    ['malformed', { body: '{"jsonrpc":"2.0","id":1,"result":{"slot":12' }],
    ['malformed', { body: '{}' }],
    ['malformed', { body: '[1, null]' }],
    ['behind', { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"Node is behind by 42 slots"}}' }],
    ['server-error', { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}' }],
  ]
  it.each(troubles)('is answered by the next endpoint in the same call: %s %o', async (kind, trouble) => {
    const { rpc, nodes, failures } = await pool({ slot: 1 }, { slot: 2 })
    if (nodes[0]) nodes[0].trouble = trouble
    expect(await slotFrom(rpc.request(call('getSlot')))).toBe(2)
    expect(failures).toEqual([['first', kind]])
  })

  it('gives up on one that is silent', async () => {
    const { nodes } = await pool({})
    if (nodes[0]) nodes[0].trouble = 'hang'
    await expect(post(nodes[0]?.url ?? '', call('getSlot'), 20)).rejects.toMatchObject({ kind: 'timeout' })
  })

  it('fails with every endpoint’s reason when none answers', async () => {
    const { rpc, nodes } = await pool({}, {})
    for (const node of nodes) node.trouble = { status: 500, body: '' }
    await expect(rpc.request(call('getSlot'))).rejects.toMatchObject({
      code: 'CHAIN_UNAVAILABLE',
      message: expect.stringMatching(/does not answer: first: HTTP 500; second: HTTP 500/),
    })
  })

  it('gets a node’s own refusal when no other does better', async () => {
    const { rpc } = await pool({}, {})
    expect(JSON.parse(await rpc.request(call('getProgramAccounts')))).toMatchObject({ error: { code: -32601 } })
  })
})

it('does not repeat elsewhere what must happen once', async () => {
  const { rpc, nodes } = await pool({}, {})
  if (nodes[0]) nodes[0].trouble = { status: 500, body: '' }
  await expect(rpc.request(call('requestAirdrop'))).rejects.toThrow(/does not answer/)
  expect(nodes[1]?.asked).toEqual([])
})

describe('a transaction', () => {
  it('goes to every endpoint, and one that takes it is enough', async () => {
    const { rpc, nodes } = await pool({}, {}, {})
    const [first, second, third] = nodes
    if (!first || !second || !third) throw new Error('three nodes')
    first.methods.sendTransaction = () => ({ error: { code: -32002, message: 'Blockhash not found' } })
    second.trouble = { status: 502, body: '' }
    third.methods.sendTransaction = () => 'signature'
    expect(JSON.parse(await rpc.request(call('sendTransaction'))).result).toBe('signature')
    expect(nodes.map(({ asked }) => asked)).toEqual([['sendTransaction'], ['sendTransaction'], ['sendTransaction']])
  })

  it('is refused in the words of the node when all refuse it', async () => {
    const { rpc, nodes } = await pool({}, {})
    for (const node of nodes) node.methods.sendTransaction = () => ({ error: { code: -32002, message: 'too old' } })
    expect(JSON.parse(await rpc.request(call('sendTransaction')))).toMatchObject({ error: { message: 'too old' } })
  })
})

describe('an endpoint', () => {
  it('is left after three calls without an answer, and used again when one comes after its time', async () => {
    const { rpc, nodes, clock, bans, watch } = await pool({ slot: 1 }, { slot: 1 })
    if (nodes[0]) nodes[0].trouble = 'reset'
    for (let at = 0; at < 4; at += 1) await rpc.request(call('getSlot'))
    expect(bans()).toEqual(['failing', null])
    expect(nodes[0]?.asked).toHaveLength(3)
    if (nodes[0]) nodes[0].trouble = null
    await watch.probe()
    expect(bans()).toEqual(['failing', null])
    clock.advance(2_000)
    await watch.probe()
    expect(bans()).toEqual([null, null])
  })

  it('that limits us is left for as long as it asks', async () => {
    const { rpc, nodes, clock, bans, watch } = await pool({}, {})
    if (nodes[0]) nodes[0].trouble = { status: 429, headers: { 'retry-after': '7' }, body: '' }
    await rpc.request(call('getSlot'))
    if (nodes[0]) nodes[0].trouble = null
    clock.advance(6_999)
    await watch.probe()
    expect(bans()).toEqual(['rate-limited', null])
    clock.advance(1)
    await watch.probe()
    expect(bans()).toEqual([null, null])
  })

  it('is asked all the same when it is the only one', async () => {
    const { rpc, nodes, bans } = await pool({ slot: 5 })
    if (nodes[0]) nodes[0].trouble = 'reset'
    for (let at = 0; at < 4; at += 1) await rpc.request(call('getSlot')).catch(() => undefined)
    expect(bans()).toEqual(['failing'])
    if (nodes[0]) nodes[0].trouble = null
    expect(await slotFrom(rpc.request(call('getSlot')))).toBe(5)
  })
})

describe('a lagging endpoint', () => {
  it('is left at 150 slots, and comes back when it has caught up', async () => {
    const { rpc, nodes, clock, bans, watch } = await pool({ slot: 850 }, { slot: 1_000 })
    await watch.probe()
    expect(bans()).toEqual(['lagging', null])
    expect(await slotFrom(rpc.request(call('getSlot')))).toBe(1_000)
    clock.advance(10_000)
    for (const [slot, ban] of [
      [979, 'lagging'],
      [980, null],
    ] as const) {
      if (nodes[0]) nodes[0].methods.getEpochInfo = () => ({ absoluteSlot: slot })
      await watch.probe()
      expect(bans()).toEqual([ban, null])
    }
  })

  it('is not made of all others by one that runs ahead', async () => {
    const { bans, watch } = await pool({ slot: 1_000 }, { slot: 1_001 }, { slot: 999_999 })
    await watch.probe()
    expect(bans()).toEqual([null, null, null])
  })

  it('is still better than nobody', async () => {
    const { rpc, nodes, watch } = await pool({ slot: 500 }, { slot: 1_000 })
    await watch.probe()
    if (nodes[1]) nodes[1].trouble = 'reset'
    for (let at = 0; at < 3; at += 1) await rpc.request(call('getSlot')).catch(() => undefined)
    expect(await slotFrom(rpc.request(call('getSlot')))).toBe(500)
  })
})

describe('endpoints that disagree', () => {
  const look = async ({ watch }: Awaited<ReturnType<typeof pool>>) => {
    await watch.probe()
    await watch.compare()
  }

  it('are judged by most of them', async () => {
    const nodes = await pool({ fork: 'b' }, { fork: 'a' }, { fork: 'a' })
    await look(nodes)
    expect(nodes.bans()).toEqual(['disagrees', null, null])
  })

  it('are judged by the one named first when they are two, and never asked as a last resort', async () => {
    const all = await pool({ fork: 'a' }, { fork: 'b' })
    await look(all)
    expect(all.bans()).toEqual([null, 'disagrees'])
    if (all.nodes[0]) all.nodes[0].trouble = 'reset'
    for (let at = 0; at < 4; at += 1) await all.rpc.request(call('getSlot')).catch(() => undefined)
    expect(all.nodes[1]?.asked).not.toContain('getSlot')
  })

  it('may agree again', async () => {
    const all = await pool({}, { fork: 'b' })
    await look(all)
    if (all.nodes[1]) all.nodes[1].methods.getBlock = (slot) => ({ blockhash: `a${slot}` })
    all.clock.advance(10_000)
    await look(all)
    expect(all.bans()).toEqual([null, null])
  })

  it('do so only on blocks that both have', async () => {
    const all = await pool({}, { fork: 'b' })
    if (all.nodes[1]) all.nodes[1].methods.getBlock = () => ({ error: { code: -32007, message: 'Slot was skipped' } })
    await look(all)
    expect(all.bans()).toEqual([null, null])
  })

  it('about the genesis are of another cluster', async () => {
    const all = await pool({ slot: 10 }, { slot: 999_999, genesis: 'other' })
    await look(all)
    expect(all.bans()).toEqual([null, 'other-chain'])
  })
})
