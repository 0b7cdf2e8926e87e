/**
 * Builds the on-chain program into programs/artifacts and binds it to its sources.
 *
 *   node programs/build.ts                     build: `anchor build` where Anchor is installed, else $SBF_BUILDER
 *   node programs/build.ts --check             sources, program and build.json must agree; builds nothing
 *   node programs/build.ts --rebuild-if-stale  for CI: when sources changed, rebuild with $SBF_BUILDER and compare
 *
 * SBF_BUILDER is a script called as `$SBF_BUILDER PROGRAM_DIR -o OUT_DIR`, with `idl.sh PROGRAM_DIR OUT_FILE` beside it.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'

const programs = import.meta.dirname
const artifacts = join(programs, 'artifacts')
const elfFile = join(artifacts, 'perps.so')
const idlFile = join(artifacts, 'perps.json')
const recordFile = join(artifacts, 'build.json')

type BuildRecord = {
  /** SHA-256 over the paths and contents of every source file. */
  sources: string
  program: { sha256: string; bytes: number }
  idl: { sha256: string }
  toolchain: { builder: string; anchorLang: string; sbpf: number }
}

type Built = { elf: Buffer; idl: string; builder: string }

const SOURCES = ['Cargo.toml', 'Cargo.lock', 'perps/Cargo.toml', 'perps/src', 'perps-math/Cargo.toml', 'perps-math/src']

class BuildError extends Error {}

function main(mode: string | undefined): void {
  switch (mode) {
    case undefined:
      build()
      break
    case '--check':
      check()
      break
    case '--rebuild-if-stale':
      rebuildIfStale()
      break
    default:
      throw new BuildError(`Unknown option ${mode}; use --check or --rebuild-if-stale.`)
  }
}

function build(): void {
  const sources = hashSources()
  const built = hasAnchor() ? buildWithAnchor() : buildWithBuilder()
  if (sources !== hashSources()) throw new BuildError('The program sources changed during the build: build again.')
  const record: BuildRecord = {
    sources,
    program: { sha256: sha256(built.elf), bytes: built.elf.length },
    idl: { sha256: sha256(built.idl) },
    toolchain: { builder: built.builder, anchorLang: lockedVersion('anchor-lang'), sbpf: sbpfVersion(built.elf) },
  }
  writeFileSync(elfFile, built.elf)
  writeFileSync(idlFile, built.idl)
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`)
  // The SDK's layouts follow from the IDL.
  run(process.execPath, [join(programs, 'client', 'generate.ts')], programs)
  say(`programs/artifacts: perps.so ${record.program.bytes} bytes, sha256 ${record.program.sha256.slice(0, 16)}`)
}

function check(): void {
  const record = readRecord()
  const problems = [...artifactProblems(record)]
  if (record.sources !== hashSources()) {
    problems.push(
      'The program sources changed after programs/artifacts was built: run `npm run program:build` and commit the result.',
    )
  }
  if (problems.length > 0) throw new BuildError(problems.join('\n'))
  say('The program, its IDL and its sources agree.')
}

function rebuildIfStale(): void {
  const record = readRecord()
  const problems = [...artifactProblems(record)]
  if (problems.length > 0) throw new BuildError(problems.join('\n'))
  if (record.sources === hashSources()) {
    say('The program is built from these sources.')
    return
  }
  say('The program sources differ from build.json: rebuilding.')
  const built = buildWithBuilder()
  const differing = [
    sha256(built.elf) === record.program.sha256 ? null : 'perps.so',
    sha256(built.idl) === record.idl.sha256 ? null : 'perps.json',
  ].filter((name) => name !== null)
  if (differing.length > 0) {
    throw new BuildError(
      `The sources build another ${differing.join(' and ')} than programs/artifacts holds: run \`npm run program:build\` and commit the result.`,
    )
  }
  say('The rebuilt program is the committed one.')
}

function* artifactProblems(record: BuildRecord): Generator<string> {
  const expected = [
    [elfFile, record.program.sha256],
    [idlFile, record.idl.sha256],
  ] as const
  for (const [file, hash] of expected) {
    const name = relative(resolve(programs, '..'), file)
    if (!existsSync(file)) yield `${name} is missing: run \`npm run program:build\`.`
    else if (sha256(readFileSync(file)) !== hash) {
      yield `${name} is not the file build.json describes: run \`npm run program:build\` and commit all of programs/artifacts.`
    }
  }
}

function hasAnchor(): boolean {
  return spawnSync('anchor', ['--version'], { stdio: 'ignore' }).status === 0
}

function buildWithAnchor(): Built {
  const root = resolve(programs, '..')
  run('anchor', ['build'], root)
  // Anchor writes below the Cargo workspace or below Anchor.toml, depending on its version.
  const found = (path: string): string => {
    const file = [join(programs, 'target', path), join(root, 'target', path)].find(existsSync)
    if (!file) throw new BuildError(`anchor build left no target/${path}.`)
    return file
  }
  const idl = readFileSync(found('idl/perps.json'), 'utf8')
  const version = spawnSync('anchor', ['--version'], { encoding: 'utf8' }).stdout.trim()
  return { elf: readFileSync(found('deploy/perps.so')), idl, builder: version }
}

function buildWithBuilder(): Built {
  const builder = process.env.SBF_BUILDER
  if (!builder) {
    throw new BuildError(
      'To build the program install Anchor (https://www.anchor-lang.com/docs/installation), or set SBF_BUILDER to a script that is called as `$SBF_BUILDER PROGRAM_DIR -o OUT_DIR`.',
    )
  }
  const out = mkdtempSync(join(tmpdir(), 'perps-build-'))
  try {
    const program = join(programs, 'perps')
    run(builder, [program, '-o', out], programs)
    run(join(dirname(builder), 'idl.sh'), [program, join(out, 'perps.json')], programs)
    return {
      elf: readFileSync(join(out, 'perps.so')),
      idl: readFileSync(join(out, 'perps.json'), 'utf8'),
      builder: 'SBF_BUILDER',
    }
  } finally {
    rmSync(out, { recursive: true })
  }
}

function run(command: string, args: string[], cwd: string): void {
  const result = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  if (result.status !== 0) throw new BuildError(`${command} failed${result.error ? `: ${result.error.message}` : '.'}`)
}

function hashSources(): string {
  const files = SOURCES.flatMap((path) => filesBelow(join(programs, path)))
  const lines = files.map((file) => `${relative(programs, file)}\0${sha256(readFileSync(file))}\n`)
  return sha256(lines.sort().join(''))
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) throw new BuildError(`${path} is missing.`)
  const entries = path.endsWith('src') ? readdirSync(path, { recursive: true, withFileTypes: true }) : null
  return entries ? entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)) : [path]
}

function readRecord(): BuildRecord {
  if (!existsSync(recordFile))
    throw new BuildError('programs/artifacts/build.json is missing: run `npm run program:build`.')
  return JSON.parse(readFileSync(recordFile, 'utf8')) as BuildRecord
}

function lockedVersion(crate: string): string {
  const lock = readFileSync(join(programs, 'Cargo.lock'), 'utf8')
  return new RegExp(`name = "${crate}"\nversion = "([^"]+)"`).exec(lock)?.[1] ?? 'unknown'
}

/** The e_flags word of the ELF header says which bytecode version it is. */
function sbpfVersion(elf: Buffer): number {
  return elf.readUInt32LE(48)
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

try {
  main(process.argv[2])
} catch (error) {
  if (!(error instanceof BuildError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
