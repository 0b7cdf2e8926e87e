import { loadConfig } from '../platform/config.ts'
import { stopEmbeddedPostgres } from '../platform/db/embedded.ts'
import { pollUntil } from '../platform/poll.ts'
import { isAlive } from '../platform/ports.ts'
import { endOrphans, liveRun } from '../platform/up/run-file.ts'

/** The supervisor drains its parts, then ends the database; together they need less than this. */
const STOP_TIMEOUT_MS = 30_000

export async function run(): Promise<number> {
  const { dataDir } = loadConfig()
  const stopped = await stopEverything(dataDir)
  console.log(stopped ? 'QuantDesk is stopped.' : 'Nothing runs here.')
  return 0
}

/** Ends exactly what runs on this data directory. @returns whether anything did. */
export async function stopEverything(dataDir: string): Promise<boolean> {
  const running = await liveRun(dataDir)
  if (running) {
    process.kill(running.pid, 'SIGTERM')
    const ended = await pollUntil(() => !isAlive(running.pid), { timeoutMs: STOP_TIMEOUT_MS })
    if (!ended) process.kill(running.pid, 'SIGKILL')
  }
  const orphans = await endOrphans(dataDir)
  const database = await stopEmbeddedPostgres(dataDir)
  return running !== undefined || orphans > 0 || database
}
