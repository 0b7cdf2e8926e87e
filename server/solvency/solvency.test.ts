import { PublicKey } from '@solana/web3.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeTokenVault } from '#client/accounts.ts'
import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { tokenVaultAddress } from '#client/pda.ts'
import { startTestChain } from '#server/chain/testing.ts'
import { systemClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { listChecks } from './repo.ts'
import { solvencyWatch } from './watch.ts'

const USDC = 1_000_000n
const AMOUNT_AT = 64

const db = await testDatabase()
const chain = await startTestChain()
const metrics = createMetrics({ role: 'jobs' })
const look = solvencyWatch({ db, clock: systemClock, log: silentLog, metrics }, chain.connection)
afterAll(() => chain.stop())

let tokens: PublicKey
beforeAll(async () => {
  await chain.launch()
  await chain.trader(1_000n * USDC)
  const vault = await chain.connection.getAccountInfo(tokenVaultAddress(LOCALNET_USDC_MINT))
  tokens = new PublicKey(decodeTokenVault(vault?.data ?? new Uint8Array()).tokenAccount)
})

/** As if somebody had taken tokens out of the vault past the program, or put some in. */
async function changeVault(by: bigint): Promise<void> {
  const info = await chain.connection.getAccountInfo(tokens, 'confirmed')
  const data = Buffer.from(info?.data ?? [])
  data.writeBigUInt64LE(data.readBigUInt64LE(AMOUNT_AT) + by, AMOUNT_AT)
  await chain.cheats.setAccount(tokens, { data })
}

async function latest() {
  const [check] = await listChecks(db, 1)
  if (check === undefined) throw new Error('no check was written')
  return { ...check, usdc: check.vaults.find(({ mint }) => mint === LOCALNET_USDC_MINT.toBase58()) }
}

it('proves that the vaults hold what everybody owns', async () => {
  await look()
  const { solvent, failed, checks, usdc, slot } = await latest()
  expect({ solvent, failed }).toEqual({ solvent: true, failed: [] })
  expect(checks).toBeGreaterThan(5)
  expect(slot).toBeGreaterThan(0)
  expect(usdc?.difference).toBe('0')
  expect(usdc?.held).toBe(usdc?.ledger)
  expect(Number(usdc?.owned)).toBeGreaterThanOrEqual(1_000)
  expect(await metrics.expose()).toContain('quantdesk_solvency_failed_checks{role="jobs"} 0')
})

it('shows one missing unit in the row, the metric and the alert, and that it is back', async () => {
  await changeVault(-1n)
  await look()
  const { solvent, failed, usdc } = await latest()
  expect(solvent).toBe(false)
  expect(failed).toEqual([{ name: 'vault 0: tokens ≥ ledger total', difference: '-1' }])
  expect(usdc?.difference).toBe('-0.000001')
  expect(await metrics.expose()).toContain('quantdesk_solvency_failed_checks{role="jobs"} 1')
  const alerts = await db.selectFrom('app.system_events').select(['kind', 'level', 'message']).execute()
  expect(alerts).toMatchObject([{ kind: 'insolvent', level: 'error' }])
  expect(alerts[0]?.message).toContain('vault 0: tokens ≥ ledger total is off by -1')

  await changeVault(1n)
  await look()
  expect((await latest()).solvent).toBe(true)
  const kinds = await db.selectFrom('app.system_events').select('kind').orderBy('kind').execute()
  expect(kinds.map(({ kind }) => kind)).toEqual(['insolvent', 'recovered'])
})

it('is no less solvent for tokens that somebody sent to the vault', async () => {
  await changeVault(5n)
  await look()
  expect(await latest()).toMatchObject({ solvent: true, usdc: { difference: '0.000005' } })
})
