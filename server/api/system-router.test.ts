import { describe, expect, test } from 'vitest'
import { loadConfig } from '#server/platform/config.ts'
import { systemConfig } from './system-router.ts'

const SECRETS = {
  RPC_URL: 'https://private.example.com/v2/0123456789abcdef?key=fedcba9876543210',
  RPC_WS_URL: 'wss://socket.example.com/v2/aaaabbbbccccdddd',
}

describe('what browsers are told of a cluster that is not ours', () => {
  const cases: [cluster: string, env: Record<string, string>, rpcUrl: string, wsUrl: string][] = [
    ['devnet', {}, 'https://api.devnet.solana.com', 'wss://api.devnet.solana.com'],
    ['devnet', { RPC_URL: '' }, 'https://api.devnet.solana.com', 'wss://api.devnet.solana.com'],
    ['mainnet-beta', {}, 'https://api.mainnet-beta.solana.com', 'wss://api.mainnet-beta.solana.com'],
    ['devnet', { PUBLIC_RPC_URL: 'https://open.example.org' }, 'https://open.example.org', 'wss://open.example.org'],
    [
      'devnet',
      { PUBLIC_RPC_WS_URL: 'wss://open.example.org' },
      'https://api.devnet.solana.com',
      'wss://open.example.org',
    ],
  ]
  test.each(cases)('%s with %o holds no part of RPC_URL and RPC_WS_URL', (cluster, env, rpcUrl, wsUrl) => {
    const config = loadConfig({
      CLUSTER: cluster,
      USDC_MINT: '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU',
      ...SECRETS,
      ...env,
    })
    const told = systemConfig(config)
    expect(told).toMatchObject({ rpcUrl, wsUrl })
    expect(JSON.stringify(told)).not.toMatch(/private\.example|socket\.example|0123456789|fedcba98|aaaabbbb/)
  })
})
