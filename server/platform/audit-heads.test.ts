import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readAuditHeads, recordAudit, verifyAudit } from './audit.ts'
import { headsKeeper, openAuditKey, readKeptHeads } from './audit-heads.ts'
import { testDatabase } from './db/testing.ts'
import type { SigningKey } from './signing-key.ts'
import { tamperWithAudit } from './testing-audit.ts'

const db = await testDatabase()
const tamper = (...statements: string[]) => tamperWithAudit(db, statements)
const record = (action: string, stream = 'identity') =>
  recordAudit(db, { stream, actor: 'alice', action, subject: 'something' })
const newKey = async () => {
  return openAuditKey({ auditSigningKey: undefined, dataDir: await mkdtemp(join(tmpdir(), 'quantdesk-audit-')) })
}

let key: SigningKey
let file: string
let keep: ReturnType<typeof headsKeeper>
beforeEach(async () => {
  await tamper('truncate app.audit_log')
  key = await newKey()
  file = join(await mkdtemp(join(tmpdir(), 'quantdesk-heads-')), 'audit-heads.jws')
  keep = headsKeeper({ db, file, key })
  await record('one')
  await record('two')
  await keep(1_000)
})

const lines = async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1)
const write = (text: readonly string[]) => writeFile(file, `${text.join('\n')}\n`)
async function verify() {
  const { heads, forged } = await readKeptHeads(file, key.publicKeys)
  return { faults: await verifyAudit(db, heads), forged }
}
/** The whole log, from its first row on, with hashes that follow from each other. */
async function writeLogAnew(): Promise<void> {
  await tamper('truncate app.audit_log')
  for (const action of ['one', 'something else']) await record(action)
}

describe('signed heads', () => {
  it('are one line for each time that something was added, and agree with the log that grew', async () => {
    expect(await keep(2_000)).toBeUndefined()
    await record('three')
    await record('begun', 'admin')
    await keep(3_000)
    const { heads, forged } = await readKeptHeads(file, key.publicKeys)
    expect(heads.map(({ stream, number }) => [stream, number])).toEqual([
      ['identity', 2],
      ['admin', 1],
      ['identity', 3],
    ])
    expect(forged).toEqual([])
    expect(await lines()).toHaveLength(2)
    expect(await verify()).toEqual({ faults: [], forged: [] })
  })

  it('go on in another process', async () => {
    await record('three')
    expect(await headsKeeper({ db, file, key })(2_000)).toEqual(expect.any(String))
    expect(await verify()).toEqual({ faults: [], forged: [] })
  })

  it('show a log that was written anew', async () => {
    await writeLogAnew()
    expect((await verify()).faults).toEqual([{ stream: 'identity', number: 2, what: 'rewritten' }])
  })

  it('show a log that was written anew together with its heads, by whoever has not the key', async () => {
    await writeLogAnew()
    const strangers = join(await mkdtemp(join(tmpdir(), 'quantdesk-heads-')), 'audit-heads.jws')
    await headsKeeper({ db, file: strangers, key: await newKey() })(1_000)
    await writeFile(file, await readFile(strangers))
    expect(await verify()).toEqual({ faults: [], forged: [1] })
  })

  it('show a line whose heads were changed', async () => {
    const [line = ''] = await lines()
    const [header, , signature] = line.split('.')
    await writeLogAnew()
    const payload = { at: 1_000, previous: '', heads: await readAuditHeads(db) }
    await write([[header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')])
    expect((await verify()).forged).toEqual([1])
  })

  it('show a line that was taken out, and two that changed places', async () => {
    for (const action of ['three', 'four']) {
      await record(action)
      await keep(2_000)
    }
    const [first = '', second = '', third = ''] = await lines()
    await write([first, third])
    expect((await verify()).forged).toEqual([2])
    await write([second, first, third])
    expect((await verify()).forged).toEqual([1, 2, 3])
  })
})

describe('what was tampered with', () => {
  it.each([
    ['a log that was written anew', writeLogAnew, /row 2 of the audit log "identity" is rewritten/],
    ['a log that was cut off', () => tamper('delete from app.audit_log where number = 2'), /row 2 .* is rewritten/],
    ['lines that were cut off', () => writeFile(file, ''), /not as it was left/],
    ['a line that was put in', async () => write([...(await lines()), 'x']), /not as it was left/],
  ])('is not signed over: %s', async (_, change, refusal) => {
    await change()
    await record('later')
    const before = await readFile(file, 'utf8')
    await expect(keep(2_000)).rejects.toThrow(refusal)
    await expect(keep(3_000)).rejects.toThrow(refusal)
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  it('is not signed over by a process that starts, or has another key', async () => {
    await expect(headsKeeper({ db, file, key: await newKey() })(2_000)).rejects.toThrow(/line 1 of .* not signed/)
    await writeLogAnew()
    await expect(headsKeeper({ db, file, key })(2_000)).rejects.toThrow(/rewritten/)
  })
})
