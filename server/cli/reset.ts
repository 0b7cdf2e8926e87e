import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { loadConfig } from '../platform/config.ts'
import { removeHome } from '../platform/db/server-place.ts'
import { stopEverything } from './stop.ts'

/** All that we make in DATA_DIR, beside the database. */
const OUR_FOLDERS = ['localnet', 'logs', 'run']

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
  const others = await deleteData(dataDir)
  console.log(`Deleted the data in ${dataDir}. The next ./qd up begins with a new chain and an empty database.`)
  if (others.length > 0) console.log(`Left what is not ours: ${others.join(', ')}.`)
  return 0
}

/** DATA_DIR may be any folder, a home too: only what we make in it goes. @returns what stays. */
async function deleteData(dataDir: string): Promise<string[]> {
  await removeHome(dataDir)
  for (const folder of OUR_FOLDERS) await rm(join(dataDir, folder), { recursive: true, force: true })
  const others = await readdir(dataDir)
  if (others.length === 0) await rmdir(dataDir)
  return others
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
