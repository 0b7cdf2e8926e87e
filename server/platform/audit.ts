import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { Config } from './config.ts'
import type { DB, Db } from './db/index.ts'

/** One thing somebody did, for good: rows are only added, and each is chained to the one before (supabase/migrations/0006). */
export type AuditEntry = {
  /** A chain of its own: `identity`, `admin`. */
  stream: string
  /** Id of the user, or `cli`. */
  actor: string
  /** Verb of the field, `api_key.created`. */
  action: string
  /** What it was done to. */
  subject: string
  /** Never a secret. */
  details?: Readonly<Record<string, unknown>>
}

/** In the transaction that does what it tells of, so that neither is there without the other. */
export async function recordAudit(db: Kysely<DB>, { details = {}, ...entry }: AuditEntry): Promise<void> {
  await db
    .insertInto('app.audit_log')
    .values({ ...entry, details: JSON.stringify(details) })
    .execute()
}

/** The newest row of a chain. Kept away from the database, it shows a chain that was cut off or written anew. */
export type AuditHead = { stream: string; number: number; hash: string }

export async function readAuditHeads(db: Db): Promise<AuditHead[]> {
  const rows = await db
    .selectFrom('app.audit_log')
    .distinctOn('stream')
    .select(['stream', 'number', 'hash'])
    .orderBy('stream')
    .orderBy('number', 'desc')
    .execute()
  return rows.map(({ stream, number, hash }) => ({ stream, number: Number(number), hash: hash.toString('hex') }))
}

const keptLine = z.object({
  at: z.number(),
  heads: z.object({ stream: z.string(), number: z.number(), hash: z.string() }).array(),
})

/** A file that the database cannot reach; ship it elsewhere, as the log that tells the same. */
export const auditHeadsFile = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'audit-heads.jsonl')

/** Adds the heads that are new since the last time. @returns those. */
export async function keepAuditHeads(db: Db, file: string, nowMs: number): Promise<AuditHead[]> {
  const known = new Set((await readKeptHeads(file)).map(({ stream, number }) => `${stream} ${number}`))
  const heads = (await readAuditHeads(db)).filter(({ stream, number }) => !known.has(`${stream} ${number}`))
  if (heads.length > 0) await appendFile(file, `${JSON.stringify({ at: nowMs, heads })}\n`, { mode: 0o600 })
  return heads
}

/** Every head that was ever kept; none where there is no file. */
export async function readKeptHeads(file: string): Promise<AuditHead[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => keptLine.parse(JSON.parse(line)).heads)
}

export type AuditFault = { stream: string; number: number; what: 'broken' | 'missing' | 'rewritten' }

/**
 * What is wrong with the log: a row that does not follow from the one before it (edited, put in between, moved, or after a
 * deleted one), and rows that published heads name and that are gone or others now.
 */
export async function verifyAudit(db: Db, published: readonly AuditHead[]): Promise<AuditFault[]> {
  const streams = new Set([...(await readAuditHeads(db)), ...published].map(({ stream }) => stream))
  const faults: AuditFault[] = []
  for (const stream of streams) {
    const { rows } = await sql<{ at: bigint | null }>`select app.audit_break(${stream}) as at`.execute(db)
    const at = rows[0]?.at
    if (at != null) faults.push({ stream, number: Number(at), what: 'broken' })
    const hashes = new Map(
      (await db.selectFrom('app.audit_log').select(['number', 'hash']).where('stream', '=', stream).execute()).map(
        ({ number, hash }) => [Number(number), hash.toString('hex')],
      ),
    )
    for (const head of published.filter((one) => one.stream === stream)) {
      const hash = hashes.get(head.number)
      if (hash === undefined) faults.push({ stream, number: head.number, what: 'missing' })
      else if (hash !== head.hash) faults.push({ stream, number: head.number, what: 'rewritten' })
    }
  }
  return faults
}
