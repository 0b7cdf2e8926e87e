import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { auditHeadsFile } from '../platform/audit-heads.ts'
import { type Config, loadConfig } from '../platform/config.ts'
import { removeHome } from '../platform/db/server-place.ts'
import { stopEverything } from './stop.ts'

/** All that we make in DATA_DIR, beside the database. */
const OUR_FOLDERS = ['localnet', 'logs', 'run']
/** Made at first start, and good for the next database too; another one, named by DATABASE_URL, may still need them. */
const OUR_KEYS = ['seal-keys', 'signer-seal-keys', 'auth-signing-key.pem', 'audit-signing-key.pem']

export async function run(args: readonly string[]): Promise<number> {
  const config = loadConfig()
  const { dataDir } = config
  if ((await stat(dataDir).catch(() => undefined)) === undefined) {
    console.log(`There is no data at ${dataDir}.`)
    return 0
  }
  if (!args.includes('--yes') && !(await confirmed(dataDir))) {
    console.log('Nothing was deleted.')
    return 1
  }
  await stopEverything(dataDir)
  const others = await deleteData(config)
  console.log(`Deleted the data in ${dataDir}. The next ./qd up begins with a new chain and an empty database.`)
  if (others.length > 0) console.log(`Left what is not ours: ${others.join(', ')}.`)
  return 0
}

/** DATA_DIR may be any folder, a home too: only what we make in it goes. @returns what stays. */
async function deleteData(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<string[]> {
  const { dataDir, databaseUrl } = config
  await removeHome(dataDir)
  // They name rows of the database that goes, and would tell of tampering for ever.
  if (databaseUrl === undefined) await rm(auditHeadsFile(config), { force: true })
  for (const folder of OUR_FOLDERS) await rm(join(dataDir, folder), { recursive: true, force: true })
  const left = await readdir(dataDir)
  if (left.length === 0) await rmdir(dataDir)
  return left.filter((name) => !OUR_KEYS.includes(name))
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
