/**
 * npm leaves a platform's optional package out of the lock file when it was not installed here and the registry at hand
 * does not hold it; `npm ci` then refuses the lock on every machine (npm/cli issue 4828). What is missing can be named
 * without a registry: its version is in its parent, its platform in its name. npm skips the entry elsewhere, and
 * fetches it where it fits.
 */
export type LockEntry = {
  version?: string
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
export type Lock = { packages: Record<string, LockEntry> }

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32']
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']
const LIBC: Record<string, string> = { musl: 'musl', gnu: 'glibc', gnueabihf: 'glibc', musleabihf: 'musl' }

/** Adds the missing entries to `lock`, sorted as npm sorts. @returns their names. */
export function completeLock(lock: Lock): string[] {
  const added: string[] = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(lock, path, name)) continue
      const platform = platformOf(name)
      if (!/^\d+\.\d+\.\d+/.test(version) || platform === undefined) {
        throw new Error(
          `${name}@${version} of ${path} is not in the lock file, and its platform cannot be told from its name`,
        )
      }
      lock.packages[`node_modules/${name}`] = {
        version,
        ...platform,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      }
      added.push(name)
    }
  }
  const { '': root, ...rest } = lock.packages
  const sorted = Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, 'en'))
  lock.packages = { ...(root ? { '': root } : {}), ...Object.fromEntries(sorted) }
  return added
}

/** As Node looks: in the package's own node_modules, then in those above it. */
function isLocked(lock: Lock, path: string, name: string): boolean {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (lock.packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`]) return true
    if (at === '') return false
  }
}

function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | undefined {
  const words = name.split(/[/-]/)
  const os = OS.find((word) => words.includes(word))
  const cpu = CPU.find((word) => words.includes(word))
  const libc = words.map((word) => LIBC[word]).find((word) => word !== undefined)
  if (cpu === undefined) return undefined
  return { ...(os ? { os: [os] } : {}), cpu: [cpu], ...(libc && os === 'linux' ? { libc: [libc] } : {}) }
}
