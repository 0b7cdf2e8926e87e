import { expect, it } from 'vitest'
import { LOCALNET_USDC_MINT, localnetKeypair } from './localnet-keys.ts'

it('derives the same keys everywhere and for ever', () => {
  expect(localnetKeypair('admin').publicKey.equals(localnetKeypair('admin').publicKey)).toBe(true)
  expect(LOCALNET_USDC_MINT.toBase58()).toBe('7LwHRxVwhpXnyHQQbTmjpwcTau7DajcGuRWuRV6Pqud1')
})

it('gives each role its own key', () => {
  const roles = ['admin', 'keeper', 'usdc-mint', 'usdc-authority', 'lp'] as const
  expect(new Set(roles.map((role) => localnetKeypair(role).publicKey.toBase58())).size).toBe(roles.length)
})
