import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { Keypair, SystemProgram, Transaction } from '@solana/web3.js'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { toAddress } from './base58.ts'
import { latestBlockhash } from './chain.ts'
import { FAUCET, genesis } from './genesis.ts'
import { segmentPath } from './journal.ts'
import { type Ledger, type LedgerOptions, openLedger } from './ledger.ts'
import { temporaryDirectory } from './testing.ts'
import { decodeTransaction } from './wire.ts'

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

let now = 1_800_000_000_000

function open(directory: string, options: Partial<LedgerOptions> = {}): Ledger {
  return openLedger({
    directory,
    now: () => now,
    genesis: () => genesis(now, undefined),
    onFailure(error) {
      throw error
    },
    ...options,
  })
}

function newDirectory(): string {
  const directory = temporaryDirectory()
  directories.push(directory)
  return directory
}

/** Everything that a client could ask about the state. */
function digest({ chain, accounts }: Ledger): string {
  const entries = [...accounts.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  const state = entries.map(([address, { lamports, data, owner, executable }]) => [
    address,
    lamports.toString(),
    Buffer.from(data).toString('base64'),
    owner,
    executable,
  ])
  return createHash('sha256')
    .update(JSON.stringify([chain, state]))
    .digest('hex')
}

type Action =
  | { kind: 'transfer'; to: number; lamports: number }
  | { kind: 'write'; to: number; data: Uint8Array; lamports: number }
  | { kind: 'slots'; count: number; ms: number }
  | { kind: 'travel'; slots: number }
  | { kind: 'pause' }
  | { kind: 'resume' }

const some = fc.integer({ min: 0, max: 5 })
const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('transfer'), to: some, lamports: fc.integer({ min: 0, max: 2e9 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('write'),
      to: some,
      data: fc.uint8Array({ maxLength: 300 }),
      lamports: fc.integer({ min: 0, max: 1e9 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('slots'), count: fc.integer({ min: 1, max: 40 }), ms: fc.nat(2_000) }),
  },
  fc.record({ kind: fc.constant('travel'), slots: fc.integer({ min: 1, max: 1e6 }) }),
  fc.record({ kind: fc.constant('pause') }),
  fc.record({ kind: fc.constant('resume') }),
)

const wallets = Array.from({ length: 6 }, () => Keypair.generate().publicKey)
let sent = 0

/** @returns the signature when a transaction was sent. */
async function act(ledger: Ledger, action: Action): Promise<string | undefined> {
  switch (action.kind) {
    case 'transfer': {
      const transaction = new Transaction({
        feePayer: FAUCET.publicKey,
        recentBlockhash: latestBlockhash(ledger.chain),
      })
      sent += 1
      const toPubkey = wallets[action.to] ?? FAUCET.publicKey
      // Now and then more than the faucet has: transactions that failed belong to the history, too.
      const lamports = action.lamports % 7 === 0 ? 2n ** 63n : BigInt(action.lamports + sent)
      transaction.add(SystemProgram.transfer({ fromPubkey: FAUCET.publicKey, toPubkey, lamports }))
      transaction.sign(FAUCET)
      const wire = decodeTransaction(transaction.serialize())
      return ledger.execute(wire).landed ? wire.signature : undefined
    }
    case 'write': {
      const owner = wallets[0]?.toBase58() ?? ''
      const { lamports, data } = action
      const address = toAddress((wallets[action.to] ?? FAUCET.publicKey).toBytes())
      await ledger.setAccounts([[address, { lamports: BigInt(lamports), data, owner, executable: false }]])
      return undefined
    }
    case 'slots':
      now += action.ms
      for (let slot = 0; slot < action.count; slot++) ledger.tick()
      return undefined
    case 'travel':
      ledger.travel({ slot: ledger.chain.slot + action.slots })
      return undefined
    case 'pause':
      ledger.pauseClock()
      return undefined
    case 'resume':
      ledger.resumeClock()
  }
}

const lastSegment = (directory: string): number =>
  Math.max(...readdirSync(directory).flatMap((name) => (name.endsWith('.journal') ? Number.parseInt(name, 10) : [])))

describe('recovery', () => {
  it('gives the state and the history of before, over snapshots and segments', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { minLength: 5, maxLength: 40 }), async (plan) => {
        const directory = newDirectory()
        const options = { segmentBytes: 3_000 }
        let ledger = open(directory, options)
        const signatures: string[] = []
        for (const [index, action] of plan.entries()) {
          const signature = await act(ledger, action)
          if (signature !== undefined) signatures.push(signature)
          if (index === Math.floor(plan.length / 2)) {
            const before = digest(ledger)
            await ledger.close()
            ledger = open(directory, options)
            expect(digest(ledger)).toBe(before)
          }
        }
        const before = digest(ledger)
        const read = (from: Ledger) =>
          signatures.map((signature) => {
            const ref = from.history.find(signature)
            return ref && structuredClone(from.history.readTransaction(ref))
          })
        const history = read(ledger)
        await ledger.close()
        const recovered = open(directory, options)
        expect(digest(recovered)).toBe(before)
        expect(read(recovered)).toEqual(history)
        // What came back is what the virtual machine runs on, too.
        expect(recovered.execute(transferNow(recovered)).error).toBeNull()
        await recovered.close()
      }),
      { numRuns: 25 },
    )
  })

  it('after a torn write, gives the state of the last whole record', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { minLength: 3, maxLength: 15 }), fc.nat(), async (plan, cut) => {
        const directory = newDirectory()
        const ledger = open(directory)
        const states = new Map([[0, digest(ledger)]])
        const path = segmentPath(directory, 1)
        for (const action of plan) {
          await act(ledger, action)
          await ledger.durable()
          states.set(statSync(path).size, digest(ledger))
        }
        await ledger.close()
        const size = statSync(path).size
        const ends = [...states.keys()]
        truncateSync(path, size - (cut % (size + 1)))
        const rest = statSync(path).size
        const recovered = open(directory)
        // An action may write several records; those between two known states are as good.
        const whole = Math.max(...ends.filter((end) => end <= rest))
        const next = Math.min(...ends.filter((end) => end > rest), Number.POSITIVE_INFINITY)
        const journalled = statSync(path).size
        expect(journalled).toBeGreaterThanOrEqual(whole)
        expect(journalled).toBeLessThan(next)
        if (journalled === whole) expect(digest(recovered)).toBe(states.get(whole))
        expect(recovered.execute(transferNow(recovered)).error).toBeNull()
        await recovered.close()
        const again = open(directory)
        expect(again.chain.transactionCount).toBe(recovered.chain.transactionCount)
        await again.close()
      }),
      { numRuns: 25 },
    )
  })

  it('refuses to begin anew over snapshots that it cannot read', async () => {
    const directory = newDirectory()
    await open(directory).close()
    for (const name of readdirSync(directory)) if (name.endsWith('.snapshot')) truncateSync(`${directory}/${name}`, 10)
    expect(() => open(directory)).toThrow(/No snapshot .* can be read/)
  })
})

describe('history on disk', () => {
  it('drops the oldest segments above the limit, and knows what is left', async () => {
    const directory = newDirectory()
    const options = { segmentBytes: 1, history: { transactions: 5, blocks: 1e6 } }
    const ledger = open(directory, options)
    const signatures: string[] = []
    for (let count = 0; count < 12; count++) {
      signatures.push((await act(ledger, { kind: 'transfer', to: 0, lamports: 1 + 7 * count })) ?? '')
      ledger.tick()
      await ledger.durable()
    }
    await ledger.close()
    const reopened = open(directory, options)
    const known = signatures.map((signature) => reopened.history.find(signature) !== undefined)
    expect(known).toEqual(signatures.map((_, index) => index >= 12 - 5))
    expect(reopened.history.firstSlot).toBe(8)
    expect(reopened.chain.transactionCount).toBe(12)
    expect(lastSegment(directory) - 5).toBe(Math.min(...segmentNumbers(directory)))
    await reopened.close()
  })

  it('builds a lost index again from the journal', async () => {
    const directory = newDirectory()
    const ledger = open(directory, { segmentBytes: 1 })
    const signature = (await act(ledger, { kind: 'transfer', to: 0, lamports: 1 })) ?? ''
    ledger.tick()
    ledger.tick()
    await ledger.close()
    for (const name of readdirSync(directory)) if (name.endsWith('.index')) rmSync(`${directory}/${name}`)
    const reopened = open(directory)
    const ref = reopened.history.find(signature)
    expect(ref && reopened.history.readTransaction(ref).signature).toBe(signature)
    expect(reopened.history.block(1)?.transactions).toBe(1)
    await reopened.close()
  })
})

const segmentNumbers = (directory: string): number[] =>
  readdirSync(directory).flatMap((name) => (name.endsWith('.journal') ? Number.parseInt(name, 10) : []))

function transferNow({ chain }: Ledger) {
  const transaction = new Transaction({ feePayer: FAUCET.publicKey, recentBlockhash: latestBlockhash(chain) })
  sent += 1
  transaction.add(SystemProgram.transfer({ fromPubkey: FAUCET.publicKey, toPubkey: FAUCET.publicKey, lamports: sent }))
  transaction.sign(FAUCET)
  return decodeTransaction(transaction.serialize())
}
