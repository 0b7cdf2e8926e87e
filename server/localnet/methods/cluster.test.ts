import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestNode, type TestNode } from '../testing.ts'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.stop())

it('getHealth', async () => {
  expect((await node.rpc('getHealth')).result).toBe('ok')
})

it('getVersion names the runtime', async () => {
  expect(await node.connect().getVersion()).toEqual({ 'feature-set': 0, 'solana-core': '4.3.0' })
})

it('getGenesisHash is of this ledger alone', async () => {
  const other = await startTestNode()
  const [mine, theirs] = [await node.connect().getGenesisHash(), await other.connect().getGenesisHash()]
  await other.stop()
  expect(mine).not.toBe(theirs)
  expect(await node.connect().getGenesisHash()).toBe(mine)
})

it('getEpochInfo and getEpochSchedule', async () => {
  const info = await node.connect().getEpochInfo('processed')
  const { slot, height } = node.ledger.chain
  expect(info).toMatchObject({
    absoluteSlot: slot,
    blockHeight: height,
    epoch: 0,
    slotIndex: slot,
    slotsInEpoch: 432_000,
  })
  const schedule = await node.connect().getEpochSchedule()
  expect(schedule.getEpoch(432_000)).toBe(1)
})

it('getIdentity, getSlotLeader, getSlotLeaders and getLeaderSchedule name the one node', async () => {
  const { identity } = (await node.rpc('getIdentity')).result
  const connection = node.connect('processed')
  expect(await connection.getSlotLeader()).toBe(identity)
  expect((await connection.getSlotLeaders(1, 3)).map((key) => key.toBase58())).toEqual([identity, identity, identity])
  const schedule = (await node.rpc('getLeaderSchedule')).result
  expect(Object.keys(schedule)).toEqual([identity])
  expect(schedule[identity]).toHaveLength(432_000)
  expect((await node.rpc('getSlotLeaders', 1, 5_001)).error?.code).toBe(-32602)
})

it('getClusterNodes tells where this node listens; nobody votes', async () => {
  const [contact] = await node.connect().getClusterNodes()
  expect(contact).toMatchObject({ rpc: `127.0.0.1:${node.ports.http}`, version: '4.3.0' })
  expect(await node.connect().getVoteAccounts()).toEqual({ current: [], delinquent: [] })
})

it('getSupply adds up the lamports', async () => {
  const before = (await node.connect('processed').getSupply()).value
  await node.wallet(5)
  const after = (await node.connect('processed').getSupply()).value
  // An airdrop moves SOL; only its fee is burnt.
  expect(before.total - after.total).toBeLessThan(1_000_000)
  expect(after.total).toBe(after.circulating)
})
