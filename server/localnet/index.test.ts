import { rmSync } from 'node:fs'
import { Connection } from '@solana/web3.js'
import { afterAll, expect, it, vi } from 'vitest'
import { systemClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { freePort } from '#server/platform/ports.ts'
import { start } from './index.ts'
import { temporaryDirectory } from './testing.ts'

const directory = temporaryDirectory()
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it('the role serves at its configured port, its slots pass, it stops and comes back as it was', async () => {
  const port = await freePort()
  const config = loadConfig({ DATA_DIR: directory, LOCALNET_PORT: String(port) })
  const metrics = createMetrics({ role: 'localnet' })
  const context = { config, log: silentLog, metrics, clock: systemClock, signal: new AbortController().signal }
  const connection = new Connection(config.rpcUrl, 'processed')

  const stop = await start(context)
  const genesisHash = await connection.getGenesisHash()
  const slot = await connection.getSlot()
  await vi.waitFor(async () => expect(await connection.getSlot()).toBeGreaterThan(slot + 1), { timeout: 10_000 })
  await expect(start(context)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('LOCALNET_PORT'),
  })
  await stop()

  const stopAgain = await start(context)
  // The client may still hold a connection to the node that has gone.
  await vi.waitFor(async () => expect(await connection.getGenesisHash()).toBe(genesisHash), { timeout: 10_000 })
  expect(await connection.getSlot()).toBeGreaterThan(slot + 1)
  expect(await metrics.expose()).toContain('quantdesk_localnet_rpc_seconds')
  await stopAgain()
})
