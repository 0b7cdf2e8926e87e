import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import type { DB, Db } from './index.ts'
import type { UserRole } from './types.ts'

/** Of a request's access token, what row security reads. Without one the request is `anon`. */
export type Claims = { role: 'anon' } | { role: 'authenticated'; sub: string; user_role: UserRole }

/**
 * Runs queries with the rights of the user whose claims these are: the only way to that role. A short transaction that
 * sets role and claims for itself; they leave together with the first query of `fn`, so a read costs two round trips.
 * @throws whatever `fn` throws; nothing it wrote is kept then.
 */
export async function asUser<T>(db: Db, claims: Claims, fn: (user: Kysely<DB>) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    // One message of text, which costs less than statements with parameters or a select, and not awaited: the driver pipelines.
    const opened = sql
      .raw(
        `begin; set local request.jwt.claims to ${pg.escapeLiteral(JSON.stringify(claims))}; set local role ${pg.escapeIdentifier(claims.role)}`,
      )
      .execute(connection)
    try {
      const [result] = await Promise.all([fn(connection), opened])
      await sql`commit`.execute(connection)
      return result
    } catch (error) {
      await Promise.allSettled([opened])
      await sql`rollback`.execute(connection)
      throw error
    }
  })
}
