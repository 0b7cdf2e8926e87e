import { rm, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { loadConfig } from '../platform/config.ts'
import { removeHome } from '../platform/db/server-place.ts'
import { stopEverything } from './stop.ts'

export async function run(args: readonly string[]): Promise<number> {
  const { dataDir } = loadConfig()
  if ((await stat(dataDir).catch(() => undefined)) === undefined) {
    console.log(`There is no data at ${dataDir}.`)
    return 0
  }
  if (!args.includes('--yes') && !(await confirmed(dataDir))) {
    console.log('Nothing was deleted.')
    return 1
  }
  await stopEverything(dataDir)
  await removeHome(dataDir)
  await rm(dataDir, { recursive: true, force: true })
  console.log(`Deleted ${dataDir}. The next ./qd up begins with a new chain and an empty database.`)
  return 0
}

async function confirmed(dataDir: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error('Nobody is here to confirm; say ./qd reset --yes to delete without a question.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`Delete the database and the local chain in ${dataDir}? Type "yes": `)
  terminal.close()
  return answer.trim() === 'yes'
}
