import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROGRAM_ID } from '#client/pda.ts'
import type { BareRole } from '#server/platform/role.ts'
import { readProgram, startNode } from './node.ts'

const PROGRAM_PATH = fileURLToPath(new URL('../../programs/artifacts/perps.so', import.meta.url))

/** The local chain: Solana's JSON-RPC and WebSocket interface over LiteSVM, durable in `<dataDir>/localnet`. */
export const start: BareRole = async ({ config, log, metrics, clock }) => {
  const program = readProgram(PROGRAM_ID.toBase58(), PROGRAM_PATH)
  if (program === undefined)
    log.warn({ path: PROGRAM_PATH }, 'the exchange program is not built: the chain starts without it')
  const node = await startNode({
    directory: join(config.dataDir, 'localnet'),
    now: clock.now,
    port: config.localnetPort,
    program,
    log,
    metrics,
    onFailure(error) {
      log.fatal({ err: error }, 'the local chain cannot keep its journal')
      // Nothing after this is durable: better no chain than one that forgets. The supervisor restarts the process.
      process.nextTick(() => {
        throw error
      })
    },
  })
  const { chain } = node.ledger
  log.info({ ...node.ports, slot: chain.slot, genesisHash: chain.genesisHash }, 'local chain is up')
  return node.stop
}
