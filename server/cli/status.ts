import { describeEndpoint, inspectEndpoints } from '../chain/index.ts'
import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import { liveRun, type RunState } from '../platform/up/run-file.ts'

/** Exit code 0 when everything is ready, 1 when not, as scripts want it. */
export async function run(args: readonly string[]): Promise<number> {
  const config = loadConfig()
  const state = await liveRun(config.dataDir)
  const health = state ? await readiness(state.url) : undefined
  const rpc = state ? await inspectEndpoints(config.rpcEndpoints, systemClock) : []
  const ready = state?.ready === true && health?.ok === true
  if (args.includes('--json')) {
    console.log(
      JSON.stringify({ running: state !== undefined, ready, ...state, health: health?.body ?? null, rpc }, null, 2),
    )
  } else if (state === undefined) {
    console.log('QuantDesk does not run here. Start it with ./qd up')
  } else {
    console.log(summary(state, health?.ok === true))
    for (const endpoint of rpc) console.log(`  ${'rpc'.padEnd(10)} ${endpoint.name} ${describeEndpoint(endpoint)}`)
  }
  return ready ? 0 : 1
}

function summary({ url, pid, startedAt, parts }: RunState, healthy: boolean): string {
  const since = new Date(startedAt).toLocaleString()
  const lines = Object.entries(parts).map(
    ([name, part]) => `  ${name.padEnd(10)} ${part.state.padEnd(10)} ${part.pid ? `pid ${part.pid}` : ''}`,
  )
  return [`QuantDesk runs since ${since} (pid ${pid}), ${healthy ? 'ready' : 'not ready'} at ${url}`, ...lines].join(
    '\n',
  )
}

async function readiness(url: string): Promise<{ ok: boolean; body: unknown }> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })
    return { ok: answer.ok, body: await answer.json() }
  } catch (error) {
    return { ok: false, body: String(error) }
  }
}
