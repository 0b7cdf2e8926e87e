import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { childEnvironment } from '../config.ts'
import { AppError } from '../errors.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** All that the pages are made from. Server code reaches a page as a type only, which leaves no trace in the build. */
const SOURCES = [
  'app',
  'public',
  'programs/client',
  'programs/artifacts/perps.json',
  'next.config.ts',
  'postcss.config.mjs',
  'proxy.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]

const STAMP = join(ROOT, '.next/quantdesk-sources')

/** True when `.next` holds a production build of exactly these sources. */
export async function isAppBuilt(): Promise<boolean> {
  const built = await readFile(STAMP, 'utf8').catch(() => undefined)
  return built !== undefined && built === (await sourcesHash())
}

/** Builds the pages; `signal` ends the build. @throws AppError INTERNAL with the last lines of the build. */
export async function buildApp(logDir: string, signal: AbortSignal): Promise<void> {
  const hash = await sourcesHash()
  await rm(STAMP, { force: true })
  await mkdir(logDir, { recursive: true })
  const path = join(logDir, 'build.log')
  const log = await open(path, 'w', 0o600)
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  try {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules/next/dist/bin/next'), 'build'], {
      cwd: ROOT,
      env: childEnvironment({ NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }),
      stdio: ['ignore', log.fd, log.fd],
      signal,
    })
    child.once('error', reject)
    child.once('exit', resolve)
  } finally {
    await log.close()
  }
  const code = await promise
  if (code === 0) {
    await writeFile(STAMP, hash)
    return
  }
  const end = (await readFile(path, 'utf8')).trim().split('\n').slice(-15).join('\n')
  throw new AppError('INTERNAL', { message: `The pages could not be built (whole log: ${path}):\n${end}` })
}

async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const file of (await filesBelow(source)).sort()) {
      hash
        .update(`${file}\0`)
        .update(await readFile(join(ROOT, file)))
        .update('\0')
    }
  }
  return hash.digest('hex')
}

async function filesBelow(path: string): Promise<string[]> {
  const entry = await stat(join(ROOT, path)).catch(() => undefined)
  if (entry === undefined) return []
  if (entry.isFile()) return [path]
  const inside = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true })
  return inside
    .filter((file) => file.isFile() && !/\.test\.tsx?$/.test(file.name))
    .map((file) => join(file.parentPath, file.name).slice(ROOT.length + 1))
}
