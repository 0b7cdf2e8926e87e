import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { AppError } from './errors.ts'

const run = promisify(execFile)

export type PortOwner = { pid: number; command: string }

/**
 * @throws AppError CONFLICT naming who holds the port and the variable that moves ours.
 */
export async function assertPortFree(port: number, variable: string, host = '127.0.0.1'): Promise<void> {
  if (await isPortFree(port, host)) return
  const owner = await portOwner(port)
  const holder = owner ? `pid ${owner.pid} (${shortened(owner.command)})` : 'a process of another user'
  throw new AppError('CONFLICT', {
    message: `Port ${port} is taken by ${holder}. End that process, or set ${variable} to another port.`,
    details: { port, ...owner },
  })
}

function shortened(command: string): string {
  return command.length <= 120 ? command : `${command.slice(0, 119)}…`
}

export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const probe = createServer()
  probe.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') resolve(false)
    else reject(error)
  })
  probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  return promise
}

/** A port that is free now; for tests and tools, which cannot know one ahead. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const probe = createServer()
  probe.once('error', reject)
  probe.listen({ port: 0, host }, () => {
    const address = probe.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    probe.close(() => resolve(port))
  })
  return promise
}

/** Who listens on a TCP port of this machine; undefined when nobody does or the system does not let us see. */
export async function portOwner(port: number): Promise<PortOwner | undefined> {
  return process.platform === 'linux' ? linuxPortOwner(port) : lsofPortOwner(port)
}

const LISTEN = '0A'

async function linuxPortOwner(port: number): Promise<PortOwner | undefined> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      if (state === LISTEN && local?.endsWith(`:${hexPort}`) && inode !== undefined) inodes.add(`socket:[${inode}]`)
    }
  }
  if (inodes.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const file of files) {
      if (inodes.has(await readlink(`/proc/${pid}/fd/${file}`).catch(() => ''))) {
        return { pid: Number(pid), command: await commandOf(Number(pid)) }
      }
    }
  }
  return undefined
}

async function lsofPortOwner(port: number): Promise<PortOwner | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']).catch(() => ({ stdout: '' }))
  const pid = Number.parseInt(stdout, 10)
  return Number.isNaN(pid) ? undefined : { pid, command: await commandOf(pid) }
}

/** The command line of a process, or '' when there is none. */
export async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return text.replaceAll('\0', ' ').trim()
  }
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.trim()
}

/**
 * True while a process runs; one of another user counts. A zombie does not: it has ended, and a parent that is busy, or
 * a container whose first process reaps nobody, keeps its pid for long.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // `pid (name) state …`; the name may hold anything, a closing bracket too.
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z'
  } catch {
    return false
  }
}
