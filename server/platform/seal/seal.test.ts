import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSeal } from './index.ts'
import { localMasterKey, type MasterKey, newMasterKey, parseMasterKeys } from './master-keys.ts'
import { createSeal, type SealPlace } from './seal.ts'

const place: SealPlace = { column: 'app.mfa_factors.secret', userId: 'alice', rowId: '1' }
const secret = Buffer.from('JBSWY3DPEHPK3PXP')
const first = localMasterKey(Buffer.alloc(32, 1))
const second = localMasterKey(Buffer.alloc(32, 2))
const seal = createSeal([first])

describe('a sealed secret', () => {
  it('opens where it was sealed, whatever it is, and never looks the same twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const [one, other] = [await seal.seal(bytes, place), await seal.seal(bytes, place)]
        expect(one.equals(other)).toBe(false)
        expect([...(await seal.open(one, place))]).toEqual([...bytes])
      }),
      { numRuns: 50 },
    )
  })

  it.each<[string, SealPlace]>([
    ['another user', { ...place, userId: 'bob' }],
    ['another row', { ...place, rowId: '2' }],
    ['another column', { ...place, column: 'app.api_keys.sealed_secret' }],
    ['parts that only join to the same text', { ...place, userId: 'alice1', rowId: '' }],
  ])('does not open for %s', async (_, other) => {
    await expect(seal.open(await seal.seal(secret, place), other)).rejects.toThrow(/sealed for another place/)
  })

  it('does not open after one bit of it has changed, wherever', async () => {
    const box = await seal.seal(secret, place)
    for (let at = 0; at < box.length; at++) {
      const changed = Buffer.from(box)
      changed[at] = (changed[at] ?? 0) ^ 1
      await expect(seal.open(changed, place), `byte ${at}`).rejects.toMatchObject({ code: 'INTERNAL' })
    }
    for (const end of [0, 1, 20, box.length - 1]) {
      await expect(seal.open(box.subarray(0, end), place), `${end} bytes`).rejects.toMatchObject({ code: 'INTERNAL' })
    }
  })

  it('shows neither secret nor key when it does not open', async () => {
    const box = await seal.seal(secret, place)
    const error = await createSeal([second]).open(box, place).catch(String)
    expect(error).toContain(`master key ${first.id.toString('hex')} is not configured`)
    expect(error).not.toContain(secret.toString())
  })
})

describe('rotation', () => {
  it('wraps anew while both keys are there: readers of before and after open every box', async () => {
    const boxes = [await seal.seal(secret, place)]
    const both = createSeal([second, first])
    expect(await both.open(boxes[0] as Buffer, place)).toEqual(secret)
    const rewrapped = await both.rewrap(boxes[0] as Buffer, place)
    expect(await both.rewrap(rewrapped as Buffer, place)).toBeUndefined()
    expect(await createSeal([second]).open(rewrapped as Buffer, place)).toEqual(secret)
    await expect(seal.open(rewrapped as Buffer, place)).rejects.toThrow(/not configured/)
  })

  it('never sees the secret: only its data key is wrapped anew', async () => {
    const box = await seal.seal(secret, place)
    const rewrapped = await createSeal([second, first]).rewrap(box, place)
    const text = (bytes: Buffer) => bytes.subarray(-(secret.length + 28))
    expect(text(rewrapped as Buffer)).toEqual(text(box))
  })

  it('does not wrap for a place that is not its own', async () => {
    const box = await seal.seal(secret, place)
    await expect(createSeal([second, first]).rewrap(box, { ...place, userId: 'bob' })).rejects.toThrow(/another place/)
  })
})

describe('master keys', () => {
  it('come from a text, the newest first', async () => {
    const [a, b] = [newMasterKey(), newMasterKey()]
    const masters = parseMasterKeys(`${a}, ${b}`)
    expect(masters).toHaveLength(2)
    const old = createSeal(parseMasterKeys(b))
    expect(await createSeal(masters).open(await old.seal(secret, place), place)).toEqual(secret)
    expect(() => parseMasterKeys('c2hvcnQ=')).toThrow(/has 32 bytes, this one 5/)
  })

  it('are made once in the data folder, for the owner alone, by processes that start at once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-seal-'))
    const seals = await Promise.all(Array.from({ length: 8 }, () => openSeal({ dataDir, sealKeys: undefined })))
    const box = await seals[0]?.seal(secret, place)
    for (const one of seals) expect(await one.open(box as Buffer, place)).toEqual(secret)
    expect((await stat(join(dataDir, 'seal-keys'))).mode & 0o777).toBe(0o600)
    expect(Buffer.from(await readFile(join(dataDir, 'seal-keys'), 'utf8'), 'base64')).toHaveLength(32)
  })

  it('may live in a KMS: all it must do is wrap and unwrap', async () => {
    const calls: string[] = []
    const kms: MasterKey = {
      id: Buffer.from('kms-0001'),
      wrap: (key, context) => {
        calls.push('wrap')
        return first.wrap(key, context)
      },
      unwrap: (key, context) => {
        calls.push('unwrap')
        return first.unwrap(key, context)
      },
    }
    const sealed = createSeal([kms])
    expect(await sealed.open(await sealed.seal(secret, place), place)).toEqual(secret)
    expect(calls).toEqual(['wrap', 'unwrap'])
  })
})
