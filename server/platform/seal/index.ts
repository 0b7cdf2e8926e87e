import { join } from 'node:path'
import type { Config } from '../config.ts'
import { readOrMakeSecret } from '../secret-file.ts'
import { newMasterKey, parseMasterKeys } from './master-keys.ts'
import { createSeal, type Seal } from './seal.ts'

export { rewrapSecrets } from './rewrap.ts'
export type { Seal, SealPlace } from './seal.ts'

/** With SEAL_KEYS, else with the key that the data folder keeps, made at first need. */
export async function openSeal({ sealKeys, dataDir }: Pick<Config, 'sealKeys' | 'dataDir'>): Promise<Seal> {
  return createSeal(parseMasterKeys(sealKeys ?? (await readOrMakeSecret(join(dataDir, 'seal-keys'), newMasterKey))))
}
