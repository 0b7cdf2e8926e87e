import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { verifyAudit } from '../platform/audit.ts'
import { auditHeadsFile, openAuditKey, readKeptHeads } from '../platform/audit-heads.ts'
import { type Config, loadConfig } from '../platform/config.ts'
import { resolveDatabase } from '../platform/db/connection.ts'
import { createDb } from '../platform/db/index.ts'
import { createLog } from '../platform/log.ts'

const WORDS = {
  broken: 'does not follow from the row before it: a row was changed, put in, moved or deleted',
  missing: 'was published and is gone: the log was cut off',
  rewritten: 'is another than the one that was published: the log was written anew',
} as const

/** `--heads FILE`: published heads; default the file that this installation keeps. `--keys FILE|URL`: the public key of then. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { heads: { type: 'string' }, keys: { type: 'string' } } })
  const config = loadConfig()
  const { directUrl } = await resolveDatabase(config)
  const log = createLog({ name: 'audit', level: 'warn', format: 'pretty' })
  const db = createDb({ url: directUrl, log, maxConnections: 1, queryTimeoutMs: 0, applicationName: 'quantdesk audit' })
  const file = values.heads ?? auditHeadsFile(config)
  try {
    const { heads, forged } = await readKeptHeads(file, await publicKeys(config, values.keys))
    const faults = await verifyAudit(db, heads)
    for (const line of forged) console.error(`Line ${line} of ${file} is not signed, or a line before it is missing.`)
    for (const { stream, number, what } of faults) console.error(`Row ${number} of "${stream}" ${WORDS[what]}.`)
    if (faults.length + forged.length > 0) return 1
    console.log(`The audit log is whole, and agrees with ${heads.length} signed heads.`)
    return 0
  } finally {
    await db.destroy()
  }
}

const keySet = z.object({ keys: z.looseObject({ kty: z.string() }).array() })

/** Where nothing is named, of the key that this installation has: whoever verifies elsewhere has a copy of its public half. */
async function publicKeys(config: Config, named: string | undefined): Promise<JSONWebKeySet> {
  if (named === undefined) return (await openAuditKey(config)).publicKeys
  const text = /^https?:/.test(named) ? await (await fetch(named)).text() : await readFile(named, 'utf8')
  return keySet.parse(JSON.parse(text))
}
