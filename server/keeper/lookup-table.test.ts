import { Keypair, PublicKey } from '@solana/web3.js'
import { afterAll, expect, it } from 'vitest'
import { executeOrder, settleFunding } from '#client/instructions/index.ts'
import { localnetKeypair } from '#client/localnet-keys.ts'
import { compileTransaction } from '#client/lookup-table.ts'
import { marketAddress, tokenVaultAddress } from '#client/pda.ts'
import { createSender, followProgramAccounts, LOCALNET_EXCHANGE, requireLanded } from '#server/chain/index.ts'
import { startTestChain } from '#server/chain/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { openLookupTable } from './lookup-table.ts'

const PACKET = 1_232

const chain = await startTestChain()
const { connection, cheats } = chain
await chain.launch()
const keeper = localnetKeypair('keeper')
await cheats.setAccount(keeper.publicKey, { lamports: 10_000_000_000 })
const sender = createSender({ connection, payer: keeper })
const accounts = await followProgramAccounts({
  chain: chain.chain,
  log: silentLog,
  signal: new AbortController().signal,
})
afterAll(async () => {
  accounts.close()
  await chain.stop()
})

it('holds what all transactions share, and is found again', async () => {
  const table = await openLookupTable(connection, sender, accounts)
  const held = table.state.addresses.map((address) => address.toBase58())
  for (const { mint } of LOCALNET_EXCHANGE.vaults) expect(held).toContain(tokenVaultAddress(mint).toBase58())
  for (const index of LOCALNET_EXCHANGE.markets.keys()) expect(held).toContain(marketAddress(index).toBase58())
  expect(new Set(held).size).toBe(held.length)
  expect((await openLookupTable(connection, sender, accounts)).key).toEqual(table.key)
})

it('makes room for a fill against four makers, and the chain takes it', async () => {
  const lookupTables = [await openLookupTable(connection, sender, accounts)]
  requireLanded(await sender.send([settleFunding({ marketIndex: 0 })], { lookupTables }), 'settle')

  const someone = () => Keypair.generate().publicKey
  const fill = executeOrder({
    keeper: keeper.publicKey,
    marketIndex: 0,
    subAccount: someone(),
    authority: someone(),
    orderId: 1n,
    makers: Array.from({ length: 4 }, () => ({ subAccount: someone(), orderId: 1n })),
    priceUpdate: new PublicKey('7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE'),
    keeperSubAccount: someone(),
    // Everything that may be held beside the market itself.
    marginAccounts: [1, 2]
      .map(marketAddress)
      .concat(LOCALNET_EXCHANGE.vaults.map(({ mint }) => tokenVaultAddress(mint))),
  })
  const transaction = { payer: keeper.publicKey, recentBlockhash: PublicKey.default.toBase58(), instructions: [fill] }
  const sizeWith = compileTransaction({ ...transaction, lookupTables }).serialize().length
  const sizeWithout = compileTransaction(transaction).serialize().length
  expect(sizeWith).toBeLessThan(PACKET / 2)
  expect(sizeWithout - sizeWith).toBeGreaterThan(200)
})
