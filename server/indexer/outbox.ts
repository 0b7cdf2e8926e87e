import { sql, type Transaction } from 'kysely'
import type { Bus } from '#server/platform/bus.ts'
import type { DB, Db } from '#server/platform/db/index.ts'

export type LiveMessage = { topic: string; message: unknown }
export type OutboxRow = LiveMessage & { id: bigint }

/** Topics that the indexer alone publishes; its leftovers after a crash are the rows with these. */
const OWN_TOPICS = '^(market|book|trade|funding|user)\\.'

/** Keeps the messages with the rows they speak of, so that a crash between commit and publish loses none. */
export async function writeOutbox(trx: Transaction<DB>, messages: readonly LiveMessage[]): Promise<OutboxRow[]> {
  if (messages.length === 0) return []
  const ids = await trx
    .insertInto('app.outbox')
    .values(messages.map(({ topic, message }) => ({ topic, message: JSON.stringify(message) })))
    .returning('id')
    .execute()
  return messages.map((message, at) => ({ ...message, id: ids[at]?.id ?? -1n }))
}

/** Publishes in order, then forgets. A failure keeps what was not published for the next `deliverLeftovers`. */
export async function deliver(db: Db, bus: Bus, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return
  for (const { topic, message } of rows) await bus.publish(topic, message)
  await sql`delete from app.outbox where id = any(${rows.map(({ id }) => String(id))}::bigint[])`.execute(db)
}

export async function deliverLeftovers(db: Db, bus: Bus): Promise<void> {
  const rows = await db
    .selectFrom('app.outbox')
    .select(['id', 'topic', 'message'])
    .where(sql<boolean>`topic ~ ${OWN_TOPICS}`)
    .orderBy('id')
    .execute()
  await deliver(db, bus, rows)
}
