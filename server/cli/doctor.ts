import { accessSync, constants, existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { describeEndpoint, type EndpointStatus, inspectEndpoints } from '../chain/index.ts'
import { systemClock } from '../platform/clock.ts'
import { type Config, childEnvironment, loadConfig } from '../platform/config.ts'
import { canReach, postgresSystemUser } from '../platform/db/system-user.ts'
import { errorMessage } from '../platform/errors.ts'
import { isPortFree, portOwner } from '../platform/ports.ts'
import { isAppBuilt } from '../platform/up/app-build.ts'
import { liveRun } from '../platform/up/run-file.ts'
import { findSystemChromium } from './chromium.ts'

type Finding = { what: string; state: 'good' | 'note' | 'bad'; detail: string }

const GIGABYTE = 1_000_000_000

/** Looks at everything `up` and `test` need. Exit code 1 when something must be mended first. */
export async function run(): Promise<number> {
  let config: Config
  try {
    config = loadConfig()
  } catch (error) {
    console.log(errorMessage(error))
    return 1
  }
  const findings = [
    machine(),
    ...(await Promise.all([dataFolder(config), ports(config), rpc(config), pages(), browser()])),
  ].flat()
  for (const { what, state, detail } of findings) {
    console.log(`${{ good: '✓', note: '·', bad: '✗' }[state]} ${what.padEnd(14)} ${detail}`)
  }
  return findings.some(({ state }) => state === 'bad') ? 1 : 0
}

function machine(): Finding[] {
  const gigabytes = totalmem() / GIGABYTE
  return [
    { what: 'Node', state: 'good', detail: `${process.version} (${process.execPath})` },
    { what: 'Machine', state: 'good', detail: `${process.platform} ${process.arch}, ${availableParallelism()} cores` },
    {
      what: 'Memory',
      state: gigabytes >= 3.5 ? 'good' : 'note',
      detail: `${gigabytes.toFixed(1)} GB${gigabytes >= 3.5 ? '' : '; building the pages wants 4 GB, add swap if it is killed'}`,
    },
  ]
}

async function dataFolder({ dataDir, databaseUrl }: Config): Promise<Finding[]> {
  const what = 'Data'
  const place = nearestFolder(dataDir)
  try {
    accessSync(place, constants.W_OK)
  } catch (error) {
    return [
      {
        what,
        state: 'bad',
        detail: `${dataDir} cannot be written (${errorMessage(error)}); set DATA_DIR to a folder of yours`,
      },
    ]
  }
  const { bavail, bsize } = await statfs(place)
  const free = (bavail * bsize) / GIGABYTE
  const findings: Finding[] = [
    {
      what,
      state: free >= 1 ? 'good' : 'bad',
      detail: `${dataDir}, ${free.toFixed(1)} GB free${free >= 1 ? '' : '; make room or set DATA_DIR to another disk'}`,
    },
  ]
  if (databaseUrl !== undefined)
    return [...findings, { what: 'PostgreSQL', state: 'good', detail: 'DATABASE_URL is set; no embedded server' }]
  try {
    const user = postgresSystemUser()
    const where =
      user && !canReach(user, place) ? ' in /var/lib/quantdesk, because nobody but root reaches the data' : ''
    findings.push({ what: 'PostgreSQL', state: 'good', detail: `embedded, runs as ${user?.name ?? 'you'}${where}` })
  } catch (error) {
    findings.push({ what: 'PostgreSQL', state: 'bad', detail: errorMessage(error) })
  }
  return findings
}

/** The folder itself, or the one it will be made in. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path))
}

async function ports({ dataDir, port, pgPort, localnetPort, cluster, databaseUrl }: Config): Promise<Finding[]> {
  const running = await liveRun(dataDir)
  if (running) return [{ what: 'Ports', state: 'good', detail: `QuantDesk runs and holds its own (${running.url})` }]
  const wanted: [string, number][] = [['PORT', port]]
  if (databaseUrl === undefined) wanted.push(['PG_PORT', pgPort])
  if (cluster === 'localnet') wanted.push(['LOCALNET_PORT', localnetPort], ['LOCALNET_PORT', localnetPort + 1])
  return Promise.all(
    wanted.map(async ([variable, number]): Promise<Finding> => {
      const what = `Port ${number}`
      if (await isPortFree(number)) return { what, state: 'good', detail: `free (${variable})` }
      const owner = await portOwner(number)
      const holder = owner ? `pid ${owner.pid} (${owner.command})` : 'a process of another user'
      return { what, state: 'bad', detail: `taken by ${holder}; end it or set ${variable}` }
    }),
  )
}

/** The local chain is ours to start; others must answer now. */
async function rpc({ cluster, dataDir, rpcEndpoints }: Config): Promise<Finding[]> {
  if (cluster === 'localnet' && !(await liveRun(dataDir))) return []
  const statuses = await inspectEndpoints(rpcEndpoints, systemClock)
  const isOk = (status: EndpointStatus) => status.ban === null && status.error === null && status.slot !== null
  return statuses.map((status) => ({
    what: 'Solana RPC',
    // One that works is enough; the others are its stand-ins.
    state: isOk(status) ? 'good' : statuses.some(isOk) ? 'note' : 'bad',
    detail: `${status.name}: ${describeEndpoint(status)}`,
  }))
}

async function pages(): Promise<Finding[]> {
  const built = await isAppBuilt()
  return [
    {
      what: 'Pages',
      state: built ? 'good' : 'note',
      detail: built ? 'built from these sources' : 'the next ./qd up builds them',
    },
  ]
}

async function browser(): Promise<Finding[]> {
  const path = await findSystemChromium(childEnvironment().PATH ?? '')
  return [
    path === undefined
      ? {
          what: 'Chromium',
          state: 'note',
          detail: 'none here; ./qd test installs or fetches one for its browser tests',
        }
      : { what: 'Chromium', state: 'good', detail: path },
  ]
}
