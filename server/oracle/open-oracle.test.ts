import { describe, expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { silentLog } from '#server/platform/log.ts'
import { chosenSources, openOracle, oracleMode } from './open-oracle.ts'

const DEVNET = { CLUSTER: 'devnet', USDC_MINT: '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU' }
const KEY = { HERMES_API_KEY: 'key' }
const RPC = { PYTH_RPC_URL: 'https://rpc.example.com' }

describe('ORACLE_SOURCE', () => {
  it.each([
    [{}, ['replay']],
    [{ ORACLE_SOURCE: 'replay', ...KEY }, ['replay']],
    [KEY, ['hermes', 'hermes-rest', 'exchange']],
    [RPC, ['pyth-push', 'exchange']],
    [{ ...KEY, ...RPC }, ['hermes', 'hermes-rest', 'pyth-push', 'exchange']],
    [DEVNET, ['pyth-push', 'exchange']],
    [{ ...DEVNET, ...KEY }, ['hermes', 'hermes-rest', 'pyth-push', 'exchange']],
    [{ ORACLE_SOURCE: 'hermes', ...KEY, ...RPC }, ['hermes', 'hermes-rest']],
    [{ ORACLE_SOURCE: 'pyth-push', ...RPC }, ['pyth-push']],
    [{ ORACLE_SOURCE: 'exchange' }, ['exchange']],
  ])('with %o means %o, which is what is opened', (env, sources) => {
    const config = loadConfig(env)
    expect(chosenSources(config)).toEqual(sources)
    const oracle = openOracle(config, { clock: manualClock(), log: silentLog, signal: AbortSignal.timeout(1) })
    expect(oracle.sources.map(({ name }) => name)).toEqual(sources)
    expect(oracleMode(config)).toBe(sources.includes('replay') ? 'replay' : 'live')
    expect(oracle.history.source).toBe(sources.includes('replay') ? 'replay' : 'exchange')
  })

  it('never puts the recording beside a live source, and never on a real cluster', () => {
    for (const cluster of [{}, DEVNET]) {
      for (const live of [{}, KEY, RPC, { ...KEY, ...RPC }]) {
        const sources = chosenSources(loadConfig({ ...cluster, ...live }))
        if (sources.includes('replay')) expect([sources, cluster, live]).toEqual([['replay'], {}, {}])
      }
    }
  })
})
