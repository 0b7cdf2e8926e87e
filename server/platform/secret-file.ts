import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pollUntil } from './poll.ts'

const OWNER_ONLY = 0o600

/**
 * The secret kept in a file, made at first need. Of processes that start at once one makes it and the others read what it
 * wrote. Readable by the owner of the process alone.
 */
export async function readOrMakeSecret(file: string, make: () => string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  try {
    const handle = await open(file, 'wx', OWNER_ONLY)
    const secret = make()
    try {
      await handle.writeFile(`${secret}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return secret
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  // Made by another process that has not written it yet.
  const text = await pollUntil(async () => (await readFile(file, 'utf8')).trim() || undefined, { timeoutMs: 2_000 })
  if (text === undefined) throw new Error(`${file} is empty: restore it from a backup, or remove it to make a new one`)
  return text
}
