import { createHash } from 'node:crypto'
import { appendFile, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CompactSign, compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { type AuditHead, findRewritten, readAuditHeads } from './audit.ts'
import type { Config } from './config.ts'
import type { Db } from './db/index.ts'
import { openSigningKey, SIGNATURE_ALGORITHM, type SigningKey } from './signing-key.ts'

/** The newest row of each chain, signed and kept where the database's owner cannot change it: one line (JWS) each time. */
const TYPE = 'audit-heads'

const headsSchema = z.object({
  at: z.number(),
  /** SHA-256 of the line before, so that none can be taken out; empty in the first. */
  previous: z.string(),
  heads: z.object({ stream: z.string(), number: z.number(), hash: z.string() }).array(),
})

/** A key of its own: what signs access tokens signs nothing else. */
export const openAuditKey = ({
  auditSigningKey,
  dataDir,
}: Pick<Config, 'auditSigningKey' | 'dataDir'>): Promise<SigningKey> =>
  openSigningKey({
    variable: 'AUDIT_SIGNING_KEY',
    given: auditSigningKey,
    file: join(dataDir, 'audit-signing-key.pem'),
  })

/** A file that the database cannot reach; ship it elsewhere, as the log that tells the same. */
export const auditHeadsFile = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'audit-heads.jws')

export type KeptHeads = {
  heads: AuditHead[]
  /** Of the last line; empty where there is none. */
  last: string
  /** Numbers of the lines that the key did not sign, or that do not follow from the line before. */
  forged: number[]
}

export async function readKeptHeads(file: string, publicKeys: JSONWebKeySet): Promise<KeptHeads> {
  const lines = (await readText(file)).split('\n').filter((line) => line !== '')
  const kept: KeptHeads = { heads: [], last: '', forged: [] }
  for (const [index, line] of lines.entries()) {
    const signed = await verifyLine(line, publicKeys)
    if (signed === undefined || signed.previous !== kept.last) kept.forged.push(index + 1)
    kept.heads.push(...(signed?.heads ?? []))
    kept.last = digest(line)
  }
  return kept
}

/**
 * Writes heads that are new since the last time, each time it is called. The file is read whole once; from then on it must
 * stay as it was left. @returns the line, undefined where nothing is new.
 * @throws when the file was changed, or names rows that are gone or others: what was tampered with is not signed over.
 */
export function headsKeeper({ db, file, key }: { db: Db; file: string; key: SigningKey }) {
  let state: { newest: Map<string, AuditHead>; last: string; size: number } | undefined
  return async (nowMs: number): Promise<string | undefined> => {
    const { newest, last, size } = state ?? (await readState(file, key))
    if ((await sizeOf(file)) !== size)
      throw new Error(`${file} is not as it was left: lines are missing or were put in`)
    const [fault] = await findRewritten(db, [...newest.values()])
    if (fault !== undefined) throw new Error(`row ${fault.number} of the audit log "${fault.stream}" is ${fault.what}`)
    state = { newest, last, size }
    const heads = (await readAuditHeads(db)).filter(({ stream, hash }) => newest.get(stream)?.hash !== hash)
    if (heads.length === 0) return undefined
    const payload = Buffer.from(JSON.stringify({ at: nowMs, previous: last, heads }))
    const header = { alg: SIGNATURE_ALGORITHM, typ: TYPE, kid: key.id }
    const line = await new CompactSign(payload).setProtectedHeader(header).sign(key.privateKey)
    await appendFile(file, `${line}\n`, { mode: 0o600 })
    state = { newest: byStream([...newest.values(), ...heads]), last: digest(line), size: size + line.length + 1 }
    return line
  }
}

async function readState(file: string, key: SigningKey) {
  const size = await sizeOf(file)
  const { heads, last, forged } = await readKeptHeads(file, key.publicKeys)
  if (forged[0] !== undefined) {
    throw new Error(`line ${forged[0]} of ${file} was not signed with this key, or lines before it are missing`)
  }
  return { newest: byStream(heads), last, size }
}

const byStream = (heads: readonly AuditHead[]) => new Map(heads.map((head) => [head.stream, head]))

const digest = (line: string): string => createHash('sha256').update(line).digest('hex')

async function verifyLine(line: string, publicKeys: JSONWebKeySet): Promise<z.infer<typeof headsSchema> | undefined> {
  try {
    const options = { algorithms: [SIGNATURE_ALGORITHM] }
    const { payload, protectedHeader } = await compactVerify(line, createLocalJWKSet(publicKeys), options)
    return protectedHeader.typ === TYPE ? headsSchema.parse(JSON.parse(Buffer.from(payload).toString())) : undefined
  } catch {
    return undefined
  }
}

const readText = (file: string): Promise<string> => unlessMissing(readFile(file, 'utf8'), '')
const sizeOf = async (file: string): Promise<number> =>
  (await unlessMissing<{ size: number }>(stat(file), { size: 0 })).size

async function unlessMissing<T>(found: Promise<T>, otherwise: T): Promise<T> {
  return found.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return otherwise
    throw error
  })
}
