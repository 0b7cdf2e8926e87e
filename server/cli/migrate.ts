import { loadConfig } from '../platform/config.ts'
import { resolveDatabase } from '../platform/db/connection.ts'
import { migrate } from '../platform/db/migrate.ts'
import { createLog } from '../platform/log.ts'

export async function run(): Promise<number> {
  const config = loadConfig()
  const log = createLog({ name: 'migrate', level: 'warn', format: 'pretty' })
  const { directUrl } = await resolveDatabase(config)
  const applied = await migrate({ url: directUrl, log })
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
  return 0
}
