import { join } from 'node:path'
import type { Config } from '../config.ts'
import { readOrMakeSecret } from '../secret-file.ts'
import { newMasterKey, parseMasterKeys } from './master-keys.ts'
import { createSeal, type Seal } from './seal.ts'

export { rewrapSecrets } from './rewrap.ts'
export type { Seal, SealPlace } from './seal.ts'

/** Of the secrets that every process may open: with SEAL_KEYS, else with the key that the data folder keeps, made at first need. */
export async function openSeal({ sealKeys, dataDir }: Pick<Config, 'sealKeys' | 'dataDir'>): Promise<Seal> {
  return createSeal(parseMasterKeys(sealKeys ?? (await readOrMakeSecret(join(dataDir, 'seal-keys'), newMasterKey))))
}

/** Of the keys that the signer holds, which no other process can open: with SIGNER_SEAL_KEYS, else a file of its own. */
export async function openSignerSeal({
  signerSealKeys,
  dataDir,
}: Pick<Config, 'signerSealKeys' | 'dataDir'>): Promise<Seal> {
  const keys = signerSealKeys ?? (await readOrMakeSecret(join(dataDir, 'signer-seal-keys'), newMasterKey))
  return createSeal(parseMasterKeys(keys))
}
