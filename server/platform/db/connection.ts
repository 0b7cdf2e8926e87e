import type { Config } from '../config.ts'
import { embeddedUrl } from './embedded.ts'

/**
 * Where the database is: the configured one, else the embedded server that runs on our data directory.
 * `directUrl` has no pooler in between: LISTEN, migrations and leases need a session of their own.
 */
export async function resolveDatabase(
  config: Pick<Config, 'databaseUrl' | 'databaseDirectUrl' | 'dataDir'>,
): Promise<{ url: string; directUrl: string }> {
  const url = config.databaseUrl ?? (await embeddedUrl(config.dataDir))
  return { url, directUrl: config.databaseDirectUrl ?? url }
}
