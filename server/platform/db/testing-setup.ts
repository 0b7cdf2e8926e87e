import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { isAlive } from '../ports.ts'
import { stopEmbeddedPostgres } from './embedded.ts'

const PREFIX = 'quantdesk-test-'

/** Gives a vitest run its folder for databases, and takes away what this run, or one that was killed, leaves behind. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedRuns()
  const dir = await mkdtemp(join(tmpdir(), PREFIX))
  // The database server may run as another user and must pass through.
  await chmod(dir, 0o711)
  await writeFile(join(dir, 'vitest.pid'), String(process.pid))
  provide('testRunDir', dir)
  return () => removeRun(dir)
}

async function removeRun(dir: string): Promise<void> {
  await stopEmbeddedPostgres(dir, 'immediate')
  await rm(dir, { recursive: true, force: true })
}

async function removeAbandonedRuns(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  for (const name of names) {
    const dir = join(tmpdir(), name)
    const pid = Number(await readFile(join(dir, 'vitest.pid'), 'utf8').catch(() => ''))
    if (pid > 0 && !isAlive(pid)) await removeRun(dir)
  }
}
