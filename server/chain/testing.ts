import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connection, Keypair } from '@solana/web3.js'
import { createSubAccount, createUserAccount, depositTokens } from '#client/instructions/index.ts'
import { LOCALNET_USDC_MINT, localnetKeypair } from '#client/localnet-keys.ts'
import { PROGRAM_ID, subAccountAddress } from '#client/pda.ts'
import { readProgram, startNode } from '#server/localnet/node.ts'
import { systemClock } from '#server/platform/clock.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { type Cheats, localnetCheats } from './cheats.ts'
import { type Chain, connectChain } from './connection.ts'
import { launchExchange } from './launch.ts'
import { type ExchangeDefinition, LOCALNET_EXCHANGE } from './launch-definition.ts'
import { requireLanded } from './require-landed.ts'
import { createSender, type TransactionSender } from './sender.ts'

const PROGRAM_PATH = fileURLToPath(new URL('../../programs/artifacts/perps.so', import.meta.url))

export type TestChain = {
  rpcUrl: string
  rpcWsUrl: string
  chain: Chain
  connection: Connection
  cheats: Cheats
  launch(definition?: ExchangeDefinition): Promise<string[]>
  /** A funded wallet with sub-account 0 holding `usdc` (native units). */
  trader(usdc: bigint): Promise<Trader>
  stop(): Promise<void>
}
export type Trader = { keypair: Keypair; sender: TransactionSender; subAccount: string }

/** A local chain of its own with the real program, on free ports, gone with `stop`. */
export async function startTestChain(): Promise<TestChain> {
  const directory = await mkdtemp(join(tmpdir(), 'quantdesk-chain-'))
  const node = await startNode({
    directory,
    now: systemClock.now,
    port: 0,
    program: readProgram(PROGRAM_ID.toBase58(), PROGRAM_PATH),
    log: silentLog,
    metrics: createMetrics({ role: 'localnet' }),
    onFailure: (error) => {
      throw error
    },
  })
  const rpcUrl = `http://127.0.0.1:${node.ports.http}`
  const rpcWsUrl = `ws://127.0.0.1:${node.ports.ws}`
  const chain = connectChain({ endpoints: [{ url: rpcUrl, wsUrl: rpcWsUrl }], clock: systemClock })
  const { connection } = chain
  const cheats = localnetCheats(rpcUrl)
  return {
    rpcUrl,
    rpcWsUrl,
    chain,
    connection,
    cheats,
    launch: (definition = LOCALNET_EXCHANGE) =>
      launchExchange(
        {
          connection,
          sender: createSender({ connection, payer: localnetKeypair('admin') }),
          liquidityProvider: localnetKeypair('lp'),
          provideQuote: (owner, amount) => cheats.setTokenAccount(owner, LOCALNET_USDC_MINT, amount),
          log: silentLog,
        },
        definition,
      ),
    trader: (usdc) => fundedTrader({ connection, cheats }, usdc),
    stop: async () => {
      chain.close()
      await node.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A wallet with `usdc` (native units) deposited in its sub-account 0, and SOL for its transactions. */
export async function fundedTrader(
  { connection, cheats }: { connection: Connection; cheats: Cheats },
  usdc: bigint,
): Promise<Trader> {
  const keypair = Keypair.generate()
  const authority = keypair.publicKey
  const sender = createSender({ connection, payer: keypair })
  const subAccount = subAccountAddress(authority, 0)
  await cheats.setAccount(authority, { lamports: 10_000_000_000 })
  await cheats.setTokenAccount(authority, LOCALNET_USDC_MINT, usdc)
  const open = [createUserAccount({ authority }), createSubAccount({ authority, id: 0 })]
  requireLanded(
    await sender.send([...open, depositTokens({ authority, subAccount, mint: LOCALNET_USDC_MINT, amount: usdc })]),
    'open and deposit',
  )
  return { keypair, sender, subAccount: subAccount.toBase58() }
}
