import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../platform/db/embedded.ts'
import { generateTypes } from '../platform/db/generate-types.ts'
import { createDb } from '../platform/db/index.ts'
import { migrate } from '../platform/db/migrate.ts'
import { silentLog as log } from '../platform/log.ts'
import { freePort } from '../platform/ports.ts'

const FILE = 'server/platform/db/types.ts'

/** On a database made for it, so that the answer depends on the migrations alone. */
export async function run(): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-types-'))
  await chmod(dataDir, 0o711)
  const server = await startEmbeddedPostgres({ dataDir, port: await freePort(), log, settings: { fsync: 'off' } })
  const db = createDb({ url: server.url, log })
  try {
    await migrate({ url: server.url, log })
    await writeFile(FILE, await generateTypes(db))
    console.log(`wrote ${FILE}`)
    return 0
  } finally {
    await db.destroy()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
