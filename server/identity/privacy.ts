import { sql } from 'kysely'
import { recordAudit } from '#server/platform/audit.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Identity } from './identity.ts'
import { endSessions } from './sessions.ts'

/** What a row holds that is ours, or is a secret even to its owner's browser. */
const WITHHELD = [
  ...['hash', 'secret', 'previous_secret', 'sealed_secret', 'unsubscribe_key', 'idempotency_key', 'request_hash'],
  ...['user_id', 'payload_hash', 'asked_by', 'decided_by'],
]
const OWNED = [
  ...['app.sessions', 'app.mfa_factors', 'app.recovery_codes', 'app.api_keys', 'app.linked_identities'],
  ...['app.factor_resets', 'app.identity_checks'],
  ...['public.login_events', 'public.user_settings', 'public.notifications', 'public.alert_rules', 'public.webhooks'],
  ...['public.webhook_deliveries', 'public.signing_keys', 'public.intents'],
  ...['public.notification_settings', 'app.telegram_links', 'app.email_addresses'],
]

/** Everything off the chain that is kept about a user, by table. What is on the chain is public, and nobody's to delete. */
export async function exportData(db: Db, userId: string): Promise<Record<string, unknown>> {
  const [user, approvals] = await Promise.all([
    rowsOf(db, 'public.users', 'id', userId),
    rowsOf(db, 'app.approvals', 'subject', userId),
  ])
  const tables = await Promise.all(
    OWNED.map(async (table) => [nameOf(table), await rowsOf(db, table, 'user_id', userId)]),
  )
  return { user: user[0] ?? null, approvals, ...Object.fromEntries(tables) }
}

async function rowsOf(db: Db, table: string, owner: string, userId: string): Promise<unknown[]> {
  const { rows } = await sql<{ row: unknown }>`
    select to_jsonb(t) - ${WITHHELD}::text[] as row from ${sql.table(table)} t where ${sql.ref(`t.${owner}`)} = ${userId}`.execute(
    db,
  )
  return rows.map(({ row }) => row)
}

const nameOf = (table: string): string => table.slice(table.indexOf('.') + 1)

/**
 * Deletes a user and all that hangs on it. Log-ins stay as numbers without wallet, address or browser; the audit log keeps
 * the id, which then names nobody.
 * @throws AppError BAD_INPUT when the wallet typed is not the own one; CONFLICT while the signer holds a key, whose SOL would
 * be lost with it.
 */
export async function deleteUser(
  identity: Identity,
  { userId, authority, typed }: { userId: string; authority: string; typed: string },
): Promise<void> {
  if (typed !== authority)
    throw new AppError('BAD_INPUT', { message: 'wallet: this is not the wallet you are signed in with' })
  const held = await identity.db
    .selectFrom('signing_keys')
    .select('id')
    .where('user_id', '=', userId)
    .where('destroyed_at', 'is', null)
    .executeTakeFirst()
  if (held !== undefined) {
    throw new AppError('CONFLICT', {
      message:
        'the service still holds a trading key of yours: revoke it, and try again when its SOL has come back, some minutes later',
    })
  }
  await endSessions(identity, { userId, because: 'the user was deleted' })
  await identity.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('login_events')
      .set({ user_id: null, wallet: '', ip: null, user_agent: null })
      .where((where) => where.or([where('user_id', '=', userId), where('wallet', '=', authority)]))
      .execute()
    // Texts to sign name the wallet; one that is gone is refused as one that was used.
    await trx.deleteFrom('app.challenges').where(sql`details ->> 'address'`, '=', authority).execute()
    await trx.deleteFrom('users').where('id', '=', userId).execute()
    await recordAudit(trx, { stream: 'identity', actor: userId, action: 'user.deleted', subject: userId })
  })
}
