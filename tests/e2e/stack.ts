import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stopEverything } from '../../server/cli/stop.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { up } from '../../server/platform/up/up.ts'

/** A new installation for one run of the browser tests: what a first visitor meets. */
const { dataDir } = loadConfig()
await stopEverything(dataDir)
await rm(dataDir, { recursive: true, force: true })
process.exit(await up({ dev: false, entry: join(import.meta.dirname, '../../server/main.ts') }))
