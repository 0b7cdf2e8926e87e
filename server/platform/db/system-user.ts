import { spawnSync } from 'node:child_process'
import { AppError } from '../errors.ts'

/** Whom the server of the embedded PostgreSQL runs as: it refuses to run as root. */
export type SystemUser = { name: string; uid: number; gid: number }

const CREATED_USER = 'quantdesk'

/** Undefined for an ordinary user, who runs PostgreSQL as itself; as root the user `postgres`, else one we create. */
export function postgresSystemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const existing = lookUp('postgres') ?? lookUp(CREATED_USER)
  if (existing) return existing
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', CREATED_USER])
  const created = lookUp(CREATED_USER)
  if (created) return created
  throw new AppError('BAD_INPUT', {
    message:
      'PostgreSQL does not run as root, and no user for it could be created here. ' +
      `Create one (useradd --system ${CREATED_USER}), start as an ordinary user, or set DATABASE_URL.`,
  })
}

function lookUp(name: string): SystemUser | undefined {
  const id = (flag: string) => Number.parseInt(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout ?? '', 10)
  const uid = id('-u')
  const gid = id('-g')
  return Number.isNaN(uid) || Number.isNaN(gid) ? undefined : { name, uid, gid }
}

/** Asks the system itself, as that user, since modes of every parent folder, ACLs and mounts all have a say. */
export function canReach(user: SystemUser, path: string): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { uid: user.uid, gid: user.gid, cwd: '/' }).status === 0
  )
}
