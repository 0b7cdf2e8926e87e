import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { environmentExample, environmentSchema, loadConfig } from './config.ts'

test('.env.example is what the schema makes; otherwise run npm run env:example', async () => {
  expect(await readFile('.env.example', 'utf8')).toBe(environmentExample())
})

test('every variable says what it is for', () => {
  for (const [name, schema] of Object.entries(environmentSchema.shape)) {
    expect(schema.description, name).toMatch(/\w{3}/)
  }
})

test('without any variable everything runs embedded on this machine', () => {
  expect(loadConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    cluster: 'localnet',
    databaseUrl: undefined,
    pgPort: 5433,
    rpcUrl: 'http://127.0.0.1:8899',
    rpcWsUrl: 'ws://127.0.0.1:8900',
    publicRpcUrl: 'http://127.0.0.1:8899',
    oracleSource: 'auto',
  })
})

test('an empty variable is not set', () => {
  expect(loadConfig({ DATABASE_URL: '', PORT: '' })).toMatchObject({ databaseUrl: undefined, port: 3000 })
})

describe('the chain', () => {
  test('moves with its port', () => {
    expect(loadConfig({ LOCALNET_PORT: '18000' })).toMatchObject({
      rpcUrl: 'http://127.0.0.1:18000',
      rpcWsUrl: 'ws://127.0.0.1:18001',
    })
  })
  test('keeps the host and path of an RPC without a port, and derives its secure WebSocket', () => {
    const config = loadConfig({ RPC_URL: 'https://rpc.example.com/?key=1', ...DEVNET })
    expect(config.rpcWsUrl).toBe('wss://rpc.example.com/?key=1')
  })
  test('tells browsers the public RPC, never the private one', () => {
    const config = loadConfig({
      ...DEVNET,
      RPC_URL: 'https://private.example.com/?key=1',
      PUBLIC_RPC_URL: 'https://public.example.com',
    })
    expect([config.publicRpcUrl, config.publicRpcWsUrl]).toEqual([
      'https://public.example.com',
      'wss://public.example.com',
    ])
  })
})

describe('prices', () => {
  test("come from Pyth's public service, and its accounts from the cluster's own RPC", () => {
    expect(loadConfig({})).toMatchObject({
      hermesUrl: 'https://hermes.pyth.network',
      hermesApiKey: undefined,
      pythRpcEndpoints: [],
    })
    expect(
      loadConfig({ ...DEVNET, RPC_URL: 'https://rpc.example.com', RPC_WS_URL: 'wss://ws.example.com' }),
    ).toMatchObject({
      pythRpcEndpoints: [{ url: 'https://rpc.example.com', wsUrl: 'wss://ws.example.com' }],
    })
    expect(loadConfig({ PYTH_RPC_URL: 'https://rpc.example.com' })).toMatchObject({
      rpcUrl: 'http://127.0.0.1:8899',
      pythRpcEndpoints: [{ url: 'https://rpc.example.com', wsUrl: 'wss://rpc.example.com' }],
    })
  })

  test.each([
    [
      { ...DEVNET, ORACLE_SOURCE: 'replay' },
      /ORACLE_SOURCE: recorded prices are for localnet only: on devnet choose auto/,
    ],
    [{ ORACLE_SOURCE: 'hermes' }, /ORACLE_SOURCE: set HERMES_API_KEY too/],
    [{ ORACLE_SOURCE: 'pyth-push' }, /ORACLE_SOURCE: set PYTH_RPC_URL too/],
    [{ HERMES_API_KEY: 'with space' }, /HERMES_API_KEY: give the key .* \(it is set, not shown\)/],
    [{ KYC_PROVIDER: 'stripe:sk_live_1' }, /KYC_PROVIDER: give manual, or stripe:.* \(it is set, not shown\)/],
  ])('are refused where they cannot be had: %o', (env, sentence) => {
    expect(() => loadConfig(env)).toThrow(sentence)
  })

  test.each([
    { ORACLE_SOURCE: 'hermes', HERMES_API_KEY: 'key' },
    { ORACLE_SOURCE: 'hermes', HERMES_URL: 'http://127.0.0.1:4242' },
    { ORACLE_SOURCE: 'pyth-push', PYTH_RPC_URL: 'https://rpc.example.com' },
    { ...DEVNET, ORACLE_SOURCE: 'pyth-push' },
    { ORACLE_SOURCE: 'exchange' },
  ])('are had with %o', (env) => {
    expect(() => loadConfig(env)).not.toThrow()
  })
})

describe('problems', () => {
  test('are all listed at once, with variable, value and advice', () => {
    const env = {
      PORT: '70000',
      CLUSTER: 'testnet',
      DATABASE_URL: 'mysql://root:secret@x',
      USDC_MINT: 'nope',
      LOCALNET_PORT: '5433',
    }
    const text = problemsOf(env)
    expect(text).toMatch(/5 problems|4 problems/)
    expect(text).toContain('PORT: give a port from 1 to 65535 (it is "70000")')
    expect(text).toContain('CLUSTER: choose one of localnet, devnet, mainnet-beta (it is "testnet")')
    expect(text).toContain('USDC_MINT: give a base58 Solana address (it is "nope")')
    expect(text).toContain('DATABASE_URL: give a URL like postgres://')
  })
  test('never show a secret', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://root:secret@x' })).not.toContain('secret')
  })
  test('include ports that collide, the WebSocket of the chain too', () => {
    expect(problemsOf({ PORT: '8900' })).toContain('LOCALNET_PORT: choose another port: 8900 is PORT already')
    expect(problemsOf({ PG_PORT: '3000' })).toContain('PG_PORT: choose another port: 3000 is PORT already')
  })
  test('do not include ports that nothing uses', () => {
    expect(loadConfig({ PORT: '5433', DATABASE_URL: 'postgres://u:p@h/d' }).port).toBe(5433)
  })
  test('include a missing mint on a cluster that is not ours, also beside a wrong port', () => {
    const text = problemsOf({ CLUSTER: 'devnet', PORT: 'x' })
    expect(text).toContain('USDC_MINT: give the address of the USDC mint on devnet (it is not set)')
    expect(text).toContain('PORT: give a port number')
  })
})

const DEVNET = {
  CLUSTER: 'devnet',
  USDC_MINT: '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU',
}

function problemsOf(env: Record<string, string>): string {
  try {
    loadConfig(env)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('the configuration was accepted')
}
