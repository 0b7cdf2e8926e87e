import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '#server/platform/db/embedded.ts'
import { createDb, type Db } from '#server/platform/db/index.ts'
import { migrate } from '#server/platform/db/migrate.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { freePort } from '#server/platform/ports.ts'

export type BenchDatabase = { db: Db; url: string; dataDir: string; stop(): Promise<void> }

/** A PostgreSQL of its own with all migrations, which leaves nothing behind. `queryTimeoutMs` as `createDb` takes it. */
export async function startDatabase(options: { queryTimeoutMs?: number } = {}): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-bench-'))
  // PostgreSQL may run as another user, who has to reach its part of the folder.
  await chmod(dataDir, 0o711)
  const server = await startEmbeddedPostgres({ dataDir, port: await freePort(), log })
  const { url } = server
  await migrate({ url, log })
  const db = createDb({ url, log, ...options })
  return {
    db,
    url,
    dataDir,
    stop: async () => {
      await db.destroy()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
