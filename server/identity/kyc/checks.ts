import { type Kysely, sql } from 'kysely'
import { recordAudit } from '#server/platform/audit.ts'
import type { DB, Db } from '#server/platform/db/index.ts'
import type { KycStatus } from '#server/platform/db/types.ts'
import { AppError } from '#server/platform/errors.ts'
import { type AttemptRule, takeAttempt } from '../attempt-repo.ts'
import type { Identity } from '../identity.ts'
import type { CheckResult, KycProvider } from './provider.ts'

/** Each costs the operator money or a person's time. */
const STARTS: AttemptRule = { most: 3, windowMs: 24 * 3_600_000, lockMs: 24 * 3_600_000 }
const MOST_SHOWN = 100

type Check = {
  id: string
  userId: string
  provider: string
  reference: string
  status: KycStatus
  reason: string | null
  startedAt: number
}

/** The newest one of a user counts. */
async function newest(db: Kysely<DB>, userId: string): Promise<Check | undefined> {
  const row = await checks(db).where('user_id', '=', userId).orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row && toCheck(row)
}

const checks = (db: Kysely<DB>) =>
  db
    .selectFrom('app.identity_checks')
    .select(['id', 'user_id', 'provider', 'reference', 'status', 'reason', 'started_at'])

const toCheck = ({
  user_id,
  started_at,
  ...row
}: Omit<Check, 'userId' | 'startedAt'> & { user_id: string; started_at: Date }): Check => ({
  ...row,
  userId: user_id,
  startedAt: started_at.getTime(),
})

/** What a user sees: whether checks are done here, and how the own one stands. */
export async function readCheck({ db, kyc }: Identity, userId: string) {
  const check = await newest(db, userId)
  const { status, reason, startedAt } = check ?? {}
  return {
    offered: kyc !== undefined,
    check: status === undefined || startedAt === undefined ? null : { status, reason: reason ?? null, startedAt },
  }
}

/**
 * Begins a check, or goes on with the one that waits for the person. @returns where they go next, null for nowhere.
 * @throws AppError NOT_FOUND where no checks are done, CONFLICT for somebody who is verified, RATE_LIMITED.
 */
export async function startCheck(identity: Identity, userId: string, returnTo: string): Promise<string | null> {
  const { db, clock } = identity
  const provider = providerOf(identity)
  const { kyc_status: status } = await db
    .selectFrom('users')
    .select('kyc_status')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  if (status === 'verified') throw new AppError('CONFLICT', { message: 'you are verified already' })
  const open = await newest(db, userId)
  // One that was begun with a provider of before stays with it.
  if (open?.status === 'pending' && open.provider === provider.name)
    return (await refresh(identity, provider, open)).url

  await takeAttempt(db, `identity check ${userId}`, STARTS, clock.now())
  const id = crypto.randomUUID()
  const { reference, url } = await provider.start({ checkId: id, userId, returnTo })
  const at = new Date(clock.now())
  await db.transaction().execute(async (trx) => {
    const check = { user_id: userId, provider: provider.name, reference, started_at: at, updated_at: at }
    await trx.insertInto('app.identity_checks').values(check).execute()
    await setStatus(trx, userId, 'pending')
    const details = { provider: provider.name }
    await recordAudit(trx, {
      stream: 'identity',
      actor: userId,
      action: 'identity_check.started',
      subject: userId,
      details,
    })
  })
  return url
}

/**
 * A message of the provider. @throws AppError UNAUTHENTICATED for one that is not signed, NOT_FOUND where none are taken,
 * UPSTREAM when the provider cannot be asked: then it sends the message again.
 */
export async function receiveMessage(
  identity: Identity,
  name: string,
  message: { headers: Headers; body: string },
): Promise<void> {
  const { kyc: provider, db, clock } = identity
  if (provider?.name !== name || provider.readMessage === undefined) {
    throw new AppError('NOT_FOUND', { message: `no messages of "${name}" are taken here` })
  }
  const reference = provider.readMessage(message, clock.now())
  if (reference === null) return
  const row = await checks(db).where('provider', '=', name).where('reference', '=', reference).executeTakeFirst()
  // Of another installation that shares the account.
  if (row !== undefined) await refresh(identity, provider, toCheck(row))
}

async function refresh({ db, clock }: Identity, provider: KycProvider, { id, userId, reference }: Check) {
  const { url, ...result } = await provider.read(reference)
  await db.transaction().execute((trx) => apply(trx, { id, userId, ...result, by: provider.name }, clock.now()))
  return { url }
}

/** A result that says nothing new, or comes after the risk desk decided, changes nothing. */
async function apply(
  trx: Kysely<DB>,
  { id, userId, status, reason, by }: CheckResult & { id: string; userId: string; by: string },
  nowMs: number,
): Promise<void> {
  const changed = await trx
    .updateTable('app.identity_checks')
    .set({ status, reason, updated_at: new Date(nowMs) })
    .where('id', '=', id)
    .where('status', '<>', status)
    .where('overruled', '=', false)
    .returning('id')
    .executeTakeFirst()
  if (changed === undefined || (await newest(trx, userId))?.id !== id) return
  await setStatus(trx, userId, status)
  const details = { status, by }
  await recordAudit(trx, { stream: 'identity', actor: by, action: 'identity_check.ended', subject: userId, details })
}

async function setStatus(trx: Kysely<DB>, userId: string, status: KycStatus): Promise<void> {
  await trx.updateTable('users').set({ kyc_status: status }).where('id', '=', userId).execute()
}

/** What the risk desk decided stands, whatever the provider says later of checks that were begun before. */
export async function overruleChecks(trx: Kysely<DB>, userId: string, status: KycStatus, nowMs: number): Promise<void> {
  await trx
    .updateTable('app.identity_checks')
    .set({
      overruled: true,
      status: sql`case when status = 'pending' then ${status}::public.kyc_status else status end`,
      updated_at: new Date(nowMs),
    })
    .where('user_id', '=', userId)
    .execute()
}

/** Those that wait, the oldest first: of the manual kind they wait for the risk desk. */
export async function listPendingChecks(db: Db) {
  const rows = await db
    .selectFrom('app.identity_checks as c')
    .innerJoin('users as u', 'u.id', 'c.user_id')
    .select(['u.wallet', 'c.provider', 'c.reference', 'c.started_at'])
    .where('c.status', '=', 'pending')
    .orderBy('c.started_at')
    .limit(MOST_SHOWN)
    .execute()
  return rows.map(({ started_at, ...row }) => ({ ...row, startedAt: started_at.getTime() }))
}

function providerOf({ kyc }: Identity): KycProvider {
  if (kyc === undefined) throw new AppError('NOT_FOUND', { message: 'this site checks nobody' })
  return kyc
}
