import { spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** A clone with the real script, a command line that prints its arguments, and a machine of our choice in PATH. */
let clone = ''
let bin = ''

beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'qd-'))
  clone = join(dir, 'a clone')
  bin = join(dir, 'bin')
  await mkdir(join(clone, 'server/cli'), { recursive: true })
  await mkdir(bin)
  await copyFile('qd', join(clone, 'qd'))
  await writeFile(join(clone, 'package-lock.json'), '{"lock":1}')
  await writeFile(
    join(clone, 'server/cli/main.ts'),
    `console.log('cli', process.version.split('.')[0], ...process.argv.slice(2))`,
  )
  await writeFile(join(clone, 'server/main.ts'), `console.log('main', ...process.argv.slice(2))`)
  for (const tool of ['sh', 'sed', 'cksum', 'cat', 'dirname', 'touch', 'mkdir', 'env', 'ln']) {
    const path = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()
    if (path.startsWith('/')) await symlink(path, join(bin, tool))
  }
})
afterEach(() => rm(dirname(clone), { recursive: true, force: true }))

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, name), 0o755)
}
const node = (version: string) => program('node', `echo ${version}`)
const realNode = () => symlink(process.execPath, join(bin, 'node'))
/** An npm that installs what ours would: its own lock copy last, and maybe the package \`node\`. */
const npm = (extra = ':') =>
  program(
    'npm',
    `echo npm "$@" >> npm.log; mkdir -p node_modules/.bin; ${extra}; touch node_modules/.package-lock.json`,
  )
const bringsNode = `ln -sf '${process.execPath}' node_modules/.bin/node`

function qd(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(clone, 'qd'), args, {
    encoding: 'utf8',
    cwd: '/',
    env: { PATH: bin, NODE_ENV: 'test' },
  })
  return { status, stdout: stdout.trim(), stderr: stderr.trim() }
}
const installs = async () =>
  (await readFile(join(clone, 'npm.log'), 'utf8').catch(() => '')).split('\n').filter(Boolean)

describe('a machine that cannot run it gets one sentence', () => {
  test('no Node at all', () => {
    const { status, stderr } = qd('doctor')
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^There is no Node on this machine\. Install Node 24 with nvm .*fnm .*https:\/\/nodejs\.org and try again\.$/,
    )
  })
  test('a Node too old to install with', async () => {
    await node('v18.19.0')
    await npm()
    expect(qd('doctor')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^Node 18 is too old .* try again\.$/),
    })
    expect(await installs()).toEqual([])
  })
  test('no npm', async () => {
    await node('v22.0.0')
    expect(qd('doctor')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^There is a Node but no npm\./) })
  })
  test('an old Node where the npm package brings none', async () => {
    await node('v22.0.0')
    await npm()
    const { status, stderr } = qd('doctor')
    expect(status).toBe(1)
    expect(stderr).toMatch(/QuantDesk needs Node 24 and found 22; .*nvm install 24/)
  })
  test('npm ci fails', async () => {
    await node('v22.0.0')
    await program('npm', 'echo "registry is away" >&2; exit 1')
    expect(qd('doctor')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/registry is away[\s\S]*npm ci failed/),
    })
  })
})

describe('Node', () => {
  test('of the host is used when it is new enough', async () => {
    await realNode()
    await npm()
    expect(qd('doctor')).toMatchObject({ status: 0, stdout: 'cli v24 doctor' })
  })
  test('comes from the npm package when the host has 20', async () => {
    await node('v20.11.0')
    await npm(bringsNode)
    expect(qd('--', 'db', 'types')).toMatchObject({ status: 0, stdout: 'cli v24 db types' })
  })
})

describe('npm ci', () => {
  test('runs once, and again only when the lock file changed', async () => {
    await realNode()
    await npm()
    qd('doctor')
    qd('doctor')
    expect(await installs()).toHaveLength(1)
    await utimes(join(clone, 'package-lock.json'), new Date(), new Date(Date.now() + 5_000))
    qd('doctor')
    expect(await installs(), 'a touched file is not a change').toHaveLength(1)
    await writeFile(join(clone, 'package-lock.json'), '{"lock":2}')
    qd('doctor')
    expect(await installs()).toHaveLength(2)
  })
  test('runs again after it was interrupted', async () => {
    await realNode()
    await npm()
    await mkdir(join(clone, 'node_modules'))
    expect(qd('doctor').status).toBe(0)
    expect(await installs()).toHaveLength(1)
  })
  test('does not run over an installation somebody just made', async () => {
    await realNode()
    await npm()
    await mkdir(join(clone, 'node_modules'))
    await writeFile(join(clone, 'node_modules/.package-lock.json'), '')
    await utimes(join(clone, 'node_modules/.package-lock.json'), new Date(), new Date(Date.now() + 5_000))
    qd('doctor')
    expect(await installs()).toEqual([])
  })
  test('does not run over the installation of another checkout', async () => {
    await realNode()
    await npm()
    const other = join(dirname(clone), 'node_modules')
    await mkdir(other)
    await symlink(other, join(clone, 'node_modules'))
    qd('doctor')
    expect(await installs()).toEqual([])
  })
  test('does not run to stop, look or reset', async () => {
    await node('v18.0.0')
    for (const command of ['stop', 'status', 'reset']) {
      expect(qd(command)).toMatchObject({ status: 0, stderr: 'Nothing is installed here, so nothing runs.' })
    }
  })
})

describe('words', () => {
  test('up goes to the supervisor, everything else to the command line, arguments as they are', async () => {
    await realNode()
    await npm()
    expect(qd('up', '--dev').stdout).toBe('main up --dev')
    expect(qd('test', 'quick').stdout).toBe('cli v24 test quick')
    expect(qd('--', 'faucet', 'a b').stdout).toBe('cli v24 faucet a b')
  })
  test('none is help, an unknown one is refused with help', () => {
    expect(qd()).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: ./qd COMMAND') })
    expect(qd('fly')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^There is no command "fly"\.[\s\S]*Usage/),
    })
  })
})
