import { afterEach, expect, it } from 'vitest'
import { decodeMarket, decodePool, decodeTokenVault } from '#client/accounts.ts'
import { tightenRisk } from '#client/instructions/index.ts'
import { LOCALNET_USDC_MINT, localnetKeypair } from '#client/localnet-keys.ts'
import { marketAddress, poolAddress, tokenVaultAddress } from '#client/pda.ts'
import { silentLog } from '#server/platform/log.ts'
import { launchExchange } from './launch.ts'
import { LOCALNET_EXCHANGE } from './launch-definition.ts'
import { requireLanded } from './require-landed.ts'
import { createSender } from './sender.ts'
import { startTestChain, type TestChain } from './testing.ts'

let chain: TestChain
afterEach(() => chain.stop())

it('sets up the exchange with liquidity in every market, once', async () => {
  chain = await startTestChain()
  const done = await chain.launch()
  expect(done).toContain('initialize exchange')
  expect(done).toContain('mint the first pool shares')
  const pool = decodePool((await chain.connection.getAccountInfo(poolAddress()))?.data ?? new Uint8Array())
  expect(pool.shares).toBeGreaterThan(0n)
  for (const [index, { symbol, allocation }] of LOCALNET_EXCHANGE.markets.entries()) {
    const market = decodeMarket((await chain.connection.getAccountInfo(marketAddress(index)))?.data ?? new Uint8Array())
    expect([market.symbol, market.status, market.ledger.poolAllocation]).toEqual([symbol, 'active', allocation])
  }
  for (const { mint, params } of LOCALNET_EXCHANGE.vaults) {
    const vault = decodeTokenVault(
      (await chain.connection.getAccountInfo(tokenVaultAddress(mint)))?.data ?? new Uint8Array(),
    )
    expect(vault.params).toEqual(params)
  }
  expect(await chain.launch()).toEqual([])
})

it('continues where it was cut off, whichever step that was', async () => {
  chain = await startTestChain()
  const { connection, cheats } = chain
  const admin = createSender({ connection, payer: localnetKeypair('admin') })
  const steps: string[] = []
  for (let finished = false; !finished; ) {
    let sent = 0
    const cutOff: typeof admin = {
      ...admin,
      send: async (...args) => {
        if (sent === 1) throw new Error('cut off')
        sent += 1
        return admin.send(...args)
      },
    }
    const launch = {
      connection,
      sender: cutOff,
      liquidityProvider: localnetKeypair('lp'),
      provideQuote: (owner: Parameters<typeof cheats.setTokenAccount>[0], amount: bigint) =>
        cheats.setTokenAccount(owner, LOCALNET_USDC_MINT, amount),
      log: silentLog,
    }
    await launchExchange(launch, LOCALNET_EXCHANGE).then(
      (done) => {
        steps.push(...done)
        finished = true
      },
      () => steps.push('cut off'),
    )
  }
  expect(steps.filter((step) => step === 'cut off').length).toBeGreaterThan(10)
  const pool = decodePool((await connection.getAccountInfo(poolAddress()))?.data ?? new Uint8Array())
  expect({ idle: pool.idle, pendingDeposits: pool.pendingDeposits }).toEqual({ idle: 0n, pendingDeposits: 0n })
  expect(await chain.launch()).toEqual([])
})

it('leaves a market reduce-only that was made so after its launch', async () => {
  chain = await startTestChain()
  await chain.launch()
  const admin = localnetKeypair('admin')
  const tighten = tightenRisk({ authority: admin.publicKey, marketIndex: 0, limits: { reduceOnly: true } })
  requireLanded(await createSender({ connection: chain.connection, payer: admin }).send([tighten]), 'tighten')
  expect(await chain.launch()).toEqual([])
  const market = decodeMarket((await chain.connection.getAccountInfo(marketAddress(0)))?.data ?? new Uint8Array())
  expect(market.status).toBe('reduceOnly')
})

it('refuses an exchange that settles in another token', async () => {
  chain = await startTestChain()
  await chain.launch()
  const other = { ...LOCALNET_EXCHANGE, quoteMint: localnetKeypair('lp').publicKey.toBase58() }
  await expect(chain.launch(other)).rejects.toMatchObject({ code: 'CONFLICT' })
})
