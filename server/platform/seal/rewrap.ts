import { sql } from 'kysely'
import type { Db } from '../db/index.ts'
import type { Seal } from './seal.ts'
import { type Masters, sealedRows } from './sealed-columns.ts'

/**
 * Wraps every secret that is stored under these master keys under the newest of them, so that the older ones can be taken out. Readers go on
 * meanwhile, and a secret that is changed under way is left to its writer.
 * @returns how many were wrapped anew.
 */
export async function rewrapSecrets(db: Db, seal: Seal, under: Masters = 'shared'): Promise<number> {
  let count = 0
  for (const [place, { table, columns, rowId, userId, where = 'true' }] of sealedRows(under)) {
    for (const column of columns) {
      const [from, box, row] = [sql.table(table), sql.ref(column), sql.ref(rowId)]
      const { rows } = await sql<{ row_id: string; user_id: string; box: Buffer }>`
        select ${row} as row_id, ${sql.raw(userId)} as user_id, ${box} as box from ${from}
        where ${box} is not null and ${sql.raw(where)}`.execute(db)
      for (const { row_id, user_id, box: old } of rows) {
        const wrapped = await seal.rewrap(old, { column: place, userId: user_id, rowId: row_id })
        if (wrapped === undefined) continue
        const { numAffectedRows } =
          await sql`update ${from} set ${box} = ${wrapped} where ${row} = ${row_id} and ${box} = ${old}`.execute(db)
        count += Number(numAffectedRows ?? 0n)
      }
    }
  }
  return count
}
