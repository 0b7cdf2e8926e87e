import { Keypair, SYSVAR_CLOCK_PUBKEY, SystemProgram } from '@solana/web3.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestNode, type TestNode } from '../testing.ts'

let node: TestNode
let machineTime = 1_800_000_000_000
beforeAll(async () => {
  node = await startTestNode({ now: () => machineTime })
})
afterAll(() => node.stop())

const key = () => Keypair.generate().publicKey.toBase58()

/** Slot and unix time as programs see them. */
async function clock(): Promise<{ slot: number; unixTimestamp: number }> {
  const { value } = await node.connect('processed').getParsedAccountInfo(SYSVAR_CLOCK_PUBKEY)
  return Reflect.get(Reflect.get(value?.data ?? {}, 'parsed'), 'info')
}

describe('surfnet_setAccount', () => {
  it('creates rent-exempt, owned by the system program, when told nothing else', async () => {
    const address = key()
    const { result } = await node.rpc('surfnet_setAccount', address, { data: '0a0b' })
    expect(result).toMatchObject({ value: null, context: { slot: node.ledger.chain.slot } })
    const account = (await node.rpc('getAccountInfo', address, { commitment: 'processed', encoding: 'base64' })).result
      .value
    expect(account).toMatchObject({
      lamports: 904_800,
      owner: SystemProgram.programId.toBase58(),
      data: ['Cgs=', 'base64'],
    })
  })

  it('changes only what it is told', async () => {
    const [address, owner] = [key(), key()]
    await node.rpc('surfnet_setAccount', address, { data: 'ff', owner, lamports: '12345678901234567' })
    await node.rpc('surfnet_setAccount', address, { data: 'ee' })
    const account = node.ledger.accounts.get(address)
    expect(account).toMatchObject({ lamports: 12_345_678_901_234_567n, owner })
    expect([...(account?.data ?? [])]).toEqual([0xee])
  })

  it('is seen by programs at once', async () => {
    const wallet = Keypair.generate()
    await node.rpc('surfnet_setAccount', wallet.publicKey.toBase58(), { lamports: 7_000_000_000 })
    const { blockhash } = await node.connect().getLatestBlockhash()
    const { value } = await node.connect().simulateTransaction(
      new (await import('@solana/web3.js')).Transaction({
        feePayer: wallet.publicKey,
        recentBlockhash: blockhash,
      }).add(
        SystemProgram.transfer({ fromPubkey: wallet.publicKey, toPubkey: wallet.publicKey, lamports: 6_999_000_000 }),
      ),
    )
    expect(value.err).toBeNull()
  })

  it.each([
    ['a key that is none', ['nobody', {}]],
    ['data that is not hex', [SystemProgram.programId.toBase58(), { data: 'xyz' }]],
    ['a sysvar', [SYSVAR_CLOCK_PUBKEY.toBase58(), { data: '00' }]],
    ['an executable that does not load', [Keypair.generate().publicKey.toBase58(), { executable: true, data: '00' }]],
    ['lamports above u64', [Keypair.generate().publicKey.toBase58(), { lamports: '18446744073709551616' }]],
    ['no update', [Keypair.generate().publicKey.toBase58()]],
  ])('refuses %s', async (_, params) => {
    expect((await node.rpc('surfnet_setAccount', ...params)).error?.code).toBe(-32602)
  })

  it('surfnet_resetAccount removes it', async () => {
    const address = key()
    await node.rpc('surfnet_setAccount', address, { lamports: 1_000_000 })
    await node.rpc('surfnet_resetAccount', address)
    expect(node.ledger.accounts.get(address)).toBeUndefined()
  })
})

describe('time', () => {
  beforeEach(() => node.passSlots(1))

  it('the clock follows the machine’s with the slots', async () => {
    const before = await clock()
    machineTime += 5_000
    await node.passSlots(1)
    expect(await clock()).toMatchObject({ slot: before.slot + 1, unixTimestamp: before.unixTimestamp + 5 })
  })

  it('the clock never goes back, even when the machine’s does', async () => {
    const before = await clock()
    machineTime -= 60_000
    await node.passSlots(1)
    expect((await clock()).unixTimestamp).toBe(before.unixTimestamp)
    machineTime += 60_000
  })

  it('surfnet_timeTravel to a time advances slots with it, and stays ahead', async () => {
    const before = await clock()
    const target = (before.unixTimestamp + 4_000) * 1_000
    const { result } = await node.rpc('surfnet_timeTravel', { absoluteTimestamp: target })
    expect(result.absoluteSlot).toBe(before.slot + 10_000)
    expect(await clock()).toMatchObject({ slot: result.absoluteSlot, unixTimestamp: before.unixTimestamp + 4_000 })
    machineTime += 1_000
    await node.passSlots(1)
    expect((await clock()).unixTimestamp).toBe(before.unixTimestamp + 4_001)
  })

  it('surfnet_timeTravel to a slot or an epoch moves time by 400 ms a slot', async () => {
    const before = await clock()
    await node.rpc('surfnet_timeTravel', { absoluteSlot: before.slot + 100 })
    expect(await clock()).toMatchObject({ slot: before.slot + 100, unixTimestamp: before.unixTimestamp + 40 })
    const { result } = await node.rpc('surfnet_timeTravel', { absoluteEpoch: 2 })
    expect(result).toMatchObject({ epoch: 2, slotIndex: 0, absoluteSlot: 864_000 })
  })

  it('does not travel back', async () => {
    const { slot, unixTimestamp } = await clock()
    for (const target of [{ absoluteSlot: slot }, { absoluteTimestamp: unixTimestamp * 1_000 - 5_000 }]) {
      expect((await node.rpc('surfnet_timeTravel', target)).error).toMatchObject({
        code: -32602,
        message: expect.stringContaining('Cannot travel to past'),
      })
    }
  })

  it('surfnet_pauseClock stops slots and time, surfnet_resumeClock lets the pause pass at once', async () => {
    await node.rpc('surfnet_pauseClock')
    const paused = await clock()
    machineTime += 10_000
    await node.passSlots(3)
    expect(await clock()).toEqual(paused)
    const wallet = await node.wallet()
    expect(await node.connect().getBalance(wallet.publicKey)).toBeGreaterThan(0)
    await node.rpc('surfnet_resumeClock')
    await node.passSlots(1)
    expect(await clock()).toMatchObject({ slot: paused.slot + 1, unixTimestamp: paused.unixTimestamp + 10 })
  })
})
