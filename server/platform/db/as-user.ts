import { type Compilable, CompiledQuery, type Kysely } from 'kysely'
import pg from 'pg'
import type { DB, Db } from './index.ts'
import type { UserRole } from './types.ts'

/** Of a request's access token, what row security reads. Without one the request is `anon`. */
export type Claims = { role: 'anon' } | { role: 'authenticated'; sub: string; user_role: UserRole }

/**
 * Runs queries with the rights of the user whose claims these are, in a transaction that sets role and claims for itself.
 * @throws whatever `fn` throws; nothing it wrote is kept then.
 */
export async function asUser<T>(db: Db, claims: Claims, fn: (user: Kysely<DB>) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    try {
      // Awaited: what writes must not leave before the rights it has are certain.
      await connection.executeQuery(opening('begin', claims))
      const result = await fn(connection)
      await connection.executeQuery(COMMIT)
      return result
    } catch (error) {
      await connection.executeQuery(ROLLBACK)
      throw error
    }
  })
}

/**
 * One read with the rights of the user whose claims these are. Transaction, read and its end leave together, so it costs one round
 * trip. Where the role could not be taken nothing is answered, whatever the read found.
 */
export async function readAsUser<Row>(db: Db, claims: Claims, read: (db: Db) => Compilable<Row>): Promise<Row[]> {
  const query = read(db).compile()
  return db.getExecutor().provideConnection(async (connection) => {
    const sent = [opening('begin read only', claims), query, COMMIT].map((one) => connection.executeQuery<Row>(one))
    // All of them, so that no answer is still to come when the next user gets the connection.
    await Promise.allSettled(sent)
    const [, { rows } = { rows: [] }] = await Promise.all(sent)
    return rows
  })
}

/** One message of text, which costs less than statements with parameters or a select. */
function opening(begin: 'begin' | 'begin read only', claims: Claims): CompiledQuery {
  const json = pg.escapeLiteral(JSON.stringify(claims))
  return CompiledQuery.raw(
    `${begin}; set local request.jwt.claims to ${json}; set local role ${pg.escapeIdentifier(claims.role)}`,
  )
}

const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')
