import { Connection } from '@solana/web3.js'
import { closeSocket, pauseAfterRefusals } from '#client/rpc-socket.ts'
import type { Clock } from '#server/platform/clock.ts'
import { AppError, errorMessage } from '#server/platform/errors.ts'

/** What the last answers of the RPC said. `failures` counts calls in a row that got no answer. */
export type ChainHealth = {
  status: 'ok' | 'down'
  lastOkAt: number | null
  failures: number
  latencyMs: number | null
  error: string | null
}

export type Chain = {
  connection: Connection
  health(): ChainHealth
  /** Lets go of the WebSocket. */
  close(): void
}

const REQUEST_TIMEOUT_MS = 10_000
/** One lost answer is noise; three in a row mean that the RPC is away. */
const DOWN_AFTER_FAILURES = 3

/**
 * The one way to a Solana RPC. Every failure to get an answer is an AppError CHAIN_UNAVAILABLE and counts in `health`;
 * answers with an error inside (a refused transaction) pass through as web3.js throws them.
 */
export function connectChain({ rpcUrl, rpcWsUrl, clock }: { rpcUrl: string; rpcWsUrl: string; clock: Clock }): Chain {
  const state = {
    lastOkAt: null as number | null,
    failures: 0,
    latencyMs: null as number | null,
    error: null as string | null,
  }

  const failed = (cause: unknown): AppError => {
    state.failures += 1
    state.error = errorMessage(cause)
    return new AppError('CHAIN_UNAVAILABLE', {
      message: `the Solana RPC at ${new URL(rpcUrl).origin} does not answer: ${state.error}`,
      cause,
    })
  }

  const request = async (input: Parameters<typeof fetch>[0], init?: Parameters<typeof fetch>[1]): Promise<Response> => {
    const startedAt = clock.now()
    let response: Response
    try {
      response = await fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) })
    } catch (error) {
      throw failed(error)
    }
    if (response.status === 429 || response.status >= 500) throw failed(new Error(`HTTP ${response.status}`))
    state.lastOkAt = clock.now()
    state.latencyMs = state.lastOkAt - startedAt
    state.failures = 0
    state.error = null
    return response
  }

  const connection = new Connection(rpcUrl, {
    commitment: 'confirmed',
    wsEndpoint: rpcWsUrl,
    fetch: request,
    // Our loops have their own back-off; web3.js would sleep inside one call.
    disableRetryOnRateLimit: true,
  })
  pauseAfterRefusals(connection)
  return {
    connection,
    close: () => closeSocket(connection),
    health: () => ({ status: state.failures >= DOWN_AFTER_FAILURES ? 'down' : 'ok', ...state }),
  }
}
