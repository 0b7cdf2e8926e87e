import { auditHeadsFile, readKeptHeads, verifyAudit } from '../platform/audit.ts'
import { loadConfig } from '../platform/config.ts'
import { resolveDatabase } from '../platform/db/connection.ts'
import { createDb } from '../platform/db/index.ts'
import { createLog } from '../platform/log.ts'

const WORDS = {
  broken: 'does not follow from the row before it: a row was changed, put in, moved or deleted',
  missing: 'was published and is gone: the log was cut off',
  rewritten: 'is another than the one that was published: the log was written anew',
} as const

/** `--heads FILE`: published heads; default the file that this installation keeps. */
export async function run(args: readonly string[]): Promise<number> {
  const config = loadConfig()
  const { directUrl } = await resolveDatabase(config)
  const log = createLog({ name: 'audit', level: 'warn', format: 'pretty' })
  const db = createDb({ url: directUrl, log, maxConnections: 1, queryTimeoutMs: 0, applicationName: 'quantdesk audit' })
  const named = args[0] === '--heads' ? args[1] : undefined
  try {
    const published = await readKeptHeads(named ?? auditHeadsFile(config))
    const faults = await verifyAudit(db, published)
    for (const { stream, number, what } of faults) console.error(`Row ${number} of "${stream}" ${WORDS[what]}.`)
    if (faults.length > 0) return 1
    console.log(`The audit log is whole, and agrees with ${published.length} published heads.`)
    return 0
  } finally {
    await db.destroy()
  }
}
