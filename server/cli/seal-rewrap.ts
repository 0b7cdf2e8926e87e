import { loadConfig } from '../platform/config.ts'
import { resolveDatabase } from '../platform/db/connection.ts'
import { createDb } from '../platform/db/index.ts'
import { createLog } from '../platform/log.ts'
import { openSeal, openSignerSeal, rewrapSecrets } from '../platform/seal/index.ts'

/** The rotation's second step; docs/identity.md has all three. The site goes on meanwhile. */
export async function run(): Promise<number> {
  const config = loadConfig()
  const { directUrl } = await resolveDatabase(config)
  const log = createLog({ name: 'seal', level: 'warn', format: 'pretty' })
  const db = createDb({ url: directUrl, log, maxConnections: 1, applicationName: 'quantdesk seal' })
  try {
    const count = await rewrapSecrets(db, await openSeal(config))
    console.log(`${count} secrets were wrapped anew; all are under the newest key of SEAL_KEYS.`)
    const keys = await rewrapSecrets(db, await openSignerSeal(config), 'signer')
    console.log(`${keys} trading keys were wrapped anew; all are under the newest key of SIGNER_SEAL_KEYS.`)
    return 0
  } finally {
    await db.destroy()
  }
}
