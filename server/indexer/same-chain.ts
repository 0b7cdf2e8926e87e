import type { Connection } from '@solana/web3.js'
import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { forgetProjection, lockProjection } from './repo.ts'

const GENESIS = 'genesis'

/**
 * Makes sure that the projection is of the chain we read. A local chain that was reset takes its projection with it.
 * @throws AppError CONFLICT where the chain is real: its events are worth more than our convenience.
 */
export async function requireSameChain({
  connection,
  db,
  log,
  isLocalnet,
}: {
  connection: Connection
  db: Db
  log: Log
  isLocalnet: boolean
}): Promise<void> {
  const hash = await connection.getGenesisHash()
  await db.transaction().execute(async (trx) => {
    await lockProjection(trx)
    const known = await trx
      .selectFrom('chain.cursors')
      .select('signature')
      .where('name', '=', GENESIS)
      .executeTakeFirst()
    if (known?.signature === hash) return
    if (known !== undefined) {
      if (!isLocalnet) {
        throw new AppError('CONFLICT', {
          message: `the database holds the events of another chain (genesis ${known.signature}, the RPC says ${hash}): check RPC_URL, or use another database`,
        })
      }
      log.warn({ was: known.signature, is: hash }, 'the local chain was reset: its old projection is dropped')
      await forgetProjection(trx)
      await sql`truncate chain.transactions, chain.program_events, chain.cursors, chain.gaps`.execute(trx)
    }
    await trx.insertInto('chain.cursors').values({ name: GENESIS, signature: hash, slot: 0n }).execute()
  })
}
