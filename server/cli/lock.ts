import { readFile, writeFile } from 'node:fs/promises'
import { completeLock, type Lock } from './complete-lock.ts'

const FILE = 'package-lock.json'

export async function run(): Promise<number> {
  const lock: Lock = JSON.parse(await readFile(FILE, 'utf8'))
  const added = completeLock(lock)
  await writeFile(FILE, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(added.length === 0 ? `${FILE} names every platform.` : `Added ${added.join(', ')}.`)
  return 0
}
