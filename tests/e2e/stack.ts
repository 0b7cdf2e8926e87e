import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stopEverything } from '../../server/cli/stop.ts'
import { startProvider } from '../../server/identity/testing-provider.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { up } from '../../server/platform/up/up.ts'
import { PROVIDER_PORT } from './environment.ts'

/** A new installation for one run of the browser tests: what a first visitor meets. */
const { dataDir } = loadConfig()
await stopEverything(dataDir)
await rm(dataDir, { recursive: true, force: true })
await startProvider({ port: PROVIDER_PORT })
process.exit(await up({ dev: false, entry: join(import.meta.dirname, 'server.ts') }))
