import { type Kysely, sql } from 'kysely'
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

export type AuditFault = { stream: string; number: number; what: 'broken' | 'missing' | 'rewritten' }

/**
 * What is wrong with the log: a row that does not follow from the one before it (edited, put in between, moved, or after a
 * deleted one), and rows that published heads name and that are gone or others now.
 */
export async function verifyAudit(db: Db, published: readonly AuditHead[]): Promise<AuditFault[]> {
  const streams = new Set([...(await readAuditHeads(db)), ...published].map(({ stream }) => stream))
  const broken: AuditFault[] = []
  for (const stream of streams) {
    const { rows } = await sql<{ at: bigint | null }>`select app.audit_break(${stream}) as at`.execute(db)
    const at = rows[0]?.at
    if (at != null) broken.push({ stream, number: Number(at), what: 'broken' })
  }
  return [...broken, ...(await findRewritten(db, published))]
}

/** Of published heads those whose rows are gone or others now. */
export async function findRewritten(db: Db, published: readonly AuditHead[]): Promise<AuditFault[]> {
  const { rows } = await sql<{ stream: string; number: bigint; hash: Buffer }>`
    select l.stream, l.number, l.hash from app.audit_log l
    join unnest(${published.map(({ stream }) => stream)}::text[], ${published.map(({ number }) => number)}::bigint[])
      as head (stream, number) using (stream, number)`.execute(db)
  const hashes = new Map(rows.map(({ stream, number, hash }) => [`${stream} ${number}`, hash.toString('hex')]))
  return published.flatMap(({ stream, number, hash }): AuditFault[] => {
    const found = hashes.get(`${stream} ${number}`)
    if (found === hash) return []
    return [{ stream, number, what: found === undefined ? 'missing' : 'rewritten' }]
  })
}
