import { TOKEN_2022_PROGRAM_ID } from '@solana/spl-token'
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { World } from './harness.ts'
import { feedId, tokenVaultParams } from './params.ts'
import { expectRefusal } from './refusals.ts'

test('a Token-2022 mint is refused with its own sentence, and nothing is created', () => {
  const world = World.open(1)
  const classic = Keypair.generate().publicKey
  world.createMint(classic, 6)
  const mint = Keypair.generate().publicKey
  world.svm.setAccount(mint, TOKEN_2022_PROGRAM_ID, world.svm.account(classic)?.data ?? Buffer.alloc(0))
  const accounts = world.initializeVaultAccounts(mint)
  const closed = { feedId: feedId('X'), depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }
  const args = { index: 2, params: tokenVaultParams(closed) }
  expectRefusal(world.call('initializeTokenVault', args, accounts, { signers: [world.admin] }), 'Token2022Mint')
  expect(accounts.tokenVault && world.svm.account(accounts.tokenVault)).toBeNull()
  world.done('initializeTokenVault', args, world.initializeVaultAccounts(classic))
})
