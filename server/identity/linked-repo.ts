import type { Kysely } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import type { Provider } from './schema.ts'

/** Undefined where the person is linked already, or the user has another of this provider. */
export async function insertLinked(
  trx: Kysely<DB>,
  { userId, ...identity }: { userId: string; provider: Provider; subject: string; label: string },
): Promise<string | undefined> {
  const row = await trx
    .insertInto('app.linked_identities')
    .values({ user_id: userId, ...identity })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** The user a person is linked to. */
export async function findLinked(trx: Kysely<DB>, provider: Provider, subject: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('app.linked_identities')
    .select('user_id')
    .where('provider', '=', provider)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.user_id
}

export async function listLinked(db: Db, userId: string) {
  const rows = await db
    .selectFrom('app.linked_identities')
    .select(['id', 'provider', 'label', 'linked_at'])
    .where('user_id', '=', userId)
    .orderBy('provider')
    .execute()
  return rows.map(({ linked_at, ...row }) => ({ ...row, linkedAt: linked_at.getTime() }))
}

export async function removeLinked(trx: Kysely<DB>, userId: string, id: string): Promise<Provider | undefined> {
  const row = await trx
    .deleteFrom('app.linked_identities')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning('provider')
    .executeTakeFirst()
  return row?.provider
}
