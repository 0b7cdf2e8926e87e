import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAccumulator } from './accumulator.ts'
import { EXPECTED, FIXTURES, fixtureMessage } from './testing.ts'

const NAMES = readdirSync(FIXTURES).filter((name) => name.endsWith('.hex'))
const SOUND = NAMES.filter((name) => !name.includes('BADPROOF'))

describe('recorded accumulator messages', () => {
  it.each(SOUND)('%s holds what its manifest says, proved against its signed root', (name) => {
    const verdict = readAccumulator(fixtureMessage(name))
    const expected = EXPECTED[name]!
    if (!verdict.ok) throw new Error(verdict.reason)
    expect(verdict.message.signedBy).toEqual({ set: expected.guardian_set, signatures: expected.signatures })
    expect(verdict.message.updates.map(({ message: _bytes, proof: _proof, ...update }) => update)).toEqual(
      expected.updates
        .filter(({ kind }) => kind === 0)
        .map((update) => ({
          feedId: update.feed_id,
          price: BigInt(update.price),
          confidence: BigInt(update.conf),
          exponent: update.expo,
          publishTime: BigInt(update.publish_time),
          prevPublishTime: BigInt(update.prev_publish_time),
          emaPrice: BigInt(update.ema_price),
          emaConfidence: BigInt(update.ema_conf),
        })),
    )
  })

  it('covers the whole set', () => {
    expect([NAMES.length, SOUND.length]).toEqual([20, 19])
  })

  it('with one forged price is refused whole', () => {
    const [name] = NAMES.filter((candidate) => candidate.includes('BADPROOF'))
    expect(readAccumulator(fixtureMessage(name!))).toMatchObject({ ok: false, refusal: 'bad-proof' })
  })

  it('from another emitter is refused', () => {
    const bytes = fixtureMessage(SOUND[0]!)
    const emitter = Buffer.from(bytes).indexOf(Buffer.from('e101faedac5851e3', 'hex'))
    const changed = Uint8Array.from(bytes, (byte, at) => (at === emitter ? byte ^ 1 : byte))
    expect(readAccumulator(changed)).toMatchObject({ ok: false, refusal: 'wrong-emitter' })
  })

  it("is believed from the emitter of Pyth's own routers too", () => {
    // Constructed: no recording of that generation has a licence that lets it be here. Signatures and emitter are not
    // under the Merkle root, so an old message with the new emitter has the same form.
    const bytes = Buffer.from(fixtureMessage(SOUND[0]!))
    const emitter = bytes.indexOf(Buffer.from('e101faedac5851e3', 'hex'))
    Buffer.from('PythnetPythnetPythnetPythnetPyth').copy(bytes, emitter)
    expect(readAccumulator(bytes)).toMatchObject({ ok: true, message: { updates: [{ price: 243292917006n }] } })
  })
})

describe('anything else', () => {
  const recorded = fc.constantFrom(...SOUND).map(fixtureMessage)

  it('never throws, and gives no price', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => {
        expect(readAccumulator(bytes).ok).toBe(false)
      }),
      { seed: 1, numRuns: 2_000 },
    )
  })

  it('a recorded message cut anywhere is malformed', () => {
    fc.assert(
      fc.property(recorded, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (bytes, share) => {
        const cut = bytes.subarray(0, Math.floor(bytes.length * share))
        expect(readAccumulator(cut)).toMatchObject({ ok: false, refusal: 'malformed' })
      }),
      { seed: 2, numRuns: 1_000 },
    )
  })

  it('a recorded message with changed bytes is refused, or still holds exactly the signed prices', () => {
    fc.assert(
      fc.property(
        recorded,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        (bytes, changes) => {
          const changed = bytes.slice()
          for (const [at, mask] of changes) changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ mask
          const [before, after] = [readAccumulator(bytes), readAccumulator(changed)]
          if (!after.ok || !before.ok) return
          const signed = new Set(before.message.updates.map(({ message }) => Buffer.from(message).toString('hex')))
          for (const { message } of after.message.updates) {
            expect(signed.has(Buffer.from(message).toString('hex'))).toBe(true)
          }
        },
      ),
      { seed: 3, numRuns: 3_000 },
    )
  })

  it('is refused when it is too large to be one', () => {
    expect(readAccumulator(new Uint8Array(200_000))).toMatchObject({ ok: false, refusal: 'malformed' })
  })
})
