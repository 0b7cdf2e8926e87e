import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { recordAudit } from '../platform/audit.ts'
import { auditHeadsFile, headsKeeper, openAuditKey } from '../platform/audit-heads.ts'
import { testDatabase } from '../platform/db/testing.ts'
import { tamperWithAudit } from '../platform/testing-audit.ts'
import { run } from './audit-verify.ts'

const db = await testDatabase()
const folder = () => mkdtemp(join(tmpdir(), 'quantdesk-verify-'))
const said = () =>
  [vi.mocked(console.log), vi.mocked(console.error)].flatMap(({ mock }) => mock.calls.flat()).join('\n')
let config: { dataDir: string; auditSigningKey: undefined }

beforeEach(async () => {
  config = { dataDir: await folder(), auditSigningKey: undefined }
  vi.stubEnv('DATA_DIR', config.dataDir)
  vi.stubEnv('DATABASE_URL', db.url)
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockReturnValue()
  await recordAudit(db, { stream: 'identity', actor: 'alice', action: 'role.changed', subject: 'bob' })
  const key = await openAuditKey(config)
  await headsKeeper({ db, file: auditHeadsFile(config), key })(1_000)
  await writeFile(join(config.dataDir, 'keys.json'), JSON.stringify(key.publicKeys))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

it('says that the log is whole, by the own key or by a copy of its public half', async () => {
  expect(await run([])).toBe(0)
  const copies = ['--heads', auditHeadsFile(config), '--keys', join(config.dataDir, 'keys.json')]
  vi.stubEnv('DATA_DIR', await folder())
  expect(await run(copies)).toBe(0)
  expect(said()).toContain('agrees with 1 signed heads')
})

it('names lines that another key signed, and rows that were written anew', async () => {
  vi.stubEnv('DATA_DIR', await folder())
  expect(await run(['--heads', auditHeadsFile(config)])).toBe(1)
  expect(said()).toContain(`Line 1 of ${auditHeadsFile(config)} is not signed`)
  await tamperWithAudit(db, ['truncate app.audit_log'])
  await recordAudit(db, { stream: 'identity', actor: 'mallory', action: 'role.changed', subject: 'bob' })
  vi.stubEnv('DATA_DIR', config.dataDir)
  expect(await run([])).toBe(1)
  expect(said()).toMatch(/Row \d of "identity" (was published and is gone|is another than the one)/)
})
