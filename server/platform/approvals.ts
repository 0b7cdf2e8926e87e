import { createHash, timingSafeEqual } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { recordAudit } from './audit.ts'
import type { DB, Db } from './db/index.ts'
import { AppError } from './errors.ts'

/** An approval that nobody gave in this time was not urgent, and is not lying about for a later mistake. */
const GOOD_FOR_MS = 24 * 3_600_000
const MOST_SHOWN = 100

/** Plain values alone, so that a payload has one text and one hash. */
const payloadSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
export type ApprovalPayload = z.infer<typeof payloadSchema>

type Bound = { id: string; kind: string; askedBy: string; subject: string | null; payload: ApprovalPayload }

/** What an approval is of. Whatever of it changed, the hash is another. */
function hashOf({ id, kind, askedBy, subject, payload }: Bound): Buffer {
  const entries = Object.entries(payload).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([id, kind, askedBy, subject, entries]))
    .digest()
}

/** Asks for an act that takes a second person. @returns its id. */
export async function askApproval(
  trx: Kysely<DB>,
  asked: { kind: string; payload: ApprovalPayload; reason: string; actor: string; subject: string | null },
  nowMs: number,
): Promise<string> {
  const { kind, payload, reason, actor, subject } = asked
  const id = crypto.randomUUID()
  const hash = hashOf({ id, kind, askedBy: actor, subject, payload })
  await trx
    .insertInto('app.approvals')
    .values({
      id,
      kind,
      payload: JSON.stringify(payload),
      payload_hash: hash,
      reason,
      subject,
      asked_by: actor,
      asked_at: new Date(nowMs),
      expires_at: new Date(nowMs + GOOD_FOR_MS),
    })
    .execute()
  // The log is for good: words about a person stay in the row, which goes with them.
  const details = { kind, about: subject, payloadHash: hash.toString('hex') }
  await recordAudit(trx, { stream: 'admin', actor, action: 'approval.asked', subject: id, details })
  return id
}

export type Decided = { id: string; kind: string; payload: ApprovalPayload; subject: string | null }

/**
 * One decision for each, by another person than who asked. What is approved is done in the same transaction.
 * @throws AppError NOT_FOUND, FORBIDDEN for who asked or is asked about, CONFLICT where it is decided, expired, or not what
 * the approver read.
 */
export async function decideApproval(
  trx: Kysely<DB>,
  { id, payloadHash, approve, actor }: { id: string; payloadHash: string; approve: boolean; actor: string },
  nowMs: number,
): Promise<Decided> {
  const row = await trx.selectFrom('app.approvals').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (row === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such request' })
  const { kind, asked_by: askedBy, subject } = row
  if (actor === askedBy) throw new AppError('FORBIDDEN', { message: 'another person than who asked decides' })
  if (actor === subject) throw new AppError('FORBIDDEN', { message: 'nobody decides about themselves' })
  if (row.state !== 'asked') throw new AppError('CONFLICT', { message: `this was ${row.state} already` })
  if (row.expires_at.getTime() <= nowMs) throw new AppError('CONFLICT', { message: 'this has expired: ask again' })
  const payload = payloadSchema.parse(row.payload)
  const hash = hashOf({ id, kind, askedBy, subject, payload })
  const shown = Buffer.from(payloadHash, 'hex')
  if (!hash.equals(row.payload_hash) || shown.length !== hash.length || !timingSafeEqual(hash, shown)) {
    throw new AppError('CONFLICT', { message: 'this is not what was asked for: read it again' })
  }
  const state = approve ? 'approved' : 'refused'
  await trx
    .updateTable('app.approvals')
    .set({ state, decided_by: actor, decided_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute()
  const details = { kind, payloadHash }
  await recordAudit(trx, { stream: 'admin', actor, action: `approval.${state}`, subject: id, details })
  return { id, kind, payload, subject }
}

/** Those that wait for somebody, the oldest first. */
export async function listApprovals(db: Db, nowMs: number) {
  const rows = await db
    .selectFrom('app.approvals as a')
    .leftJoin('users as u', 'u.id', 'a.asked_by')
    .select(['a.id', 'a.kind', 'a.payload', 'a.payload_hash', 'a.reason', 'a.asked_at', 'a.expires_at', 'u.wallet'])
    .where('a.state', '=', 'asked')
    .where('a.expires_at', '>', new Date(nowMs))
    .orderBy('a.asked_at')
    .limit(MOST_SHOWN)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    payload: payloadSchema.parse(row.payload),
    payloadHash: row.payload_hash.toString('hex'),
    reason: row.reason,
    askedBy: row.wallet,
    askedAt: row.asked_at.getTime(),
    expiresAt: row.expires_at.getTime(),
  }))
}
