import { AppError, errorMessage } from '#server/platform/errors.ts'
import { post, RpcFailure } from './rpc-answer.ts'
import type { Ban, Endpoint } from './rpc-endpoint.ts'

/** With another endpoint to ask, one that is slow is left earlier. */
const TIMEOUT_MS = { last: 10_000, others: 4_000 }
/** A faster endpoint takes over only when it is this much faster: changing has its price, as nodes differ in slots. */
const MUCH_FASTER = 0.6
const WORTH_CHANGING_MS = 20
/** From which bans a call is better than none, where all are banned: the least doubtful first. */
const LAST_RESORTS: readonly Ban[] = ['rate-limited', 'failing', 'refused', 'lagging']

/** Methods that do the same twice: asked elsewhere when one endpoint fails. The others must not be repeated. */
const NOT_REPEATABLE = /^(requestAirdrop|surfnet_)/
const SEND = 'sendTransaction'

export type RpcPool = {
  /** A JSON-RPC request by the way its method needs. @throws AppError CHAIN_UNAVAILABLE when no endpoint answers. */
  request(body: string): Promise<string>
  /** Those that may be asked now, best first: the first gets the reads and the WebSocket. */
  candidates(): Endpoint[]
}

/** Sends each request where it is answered best: reads to one and, when it fails, to the next; transactions to all. */
export function createRpcPool(endpoints: readonly [Endpoint, ...Endpoint[]]): RpcPool {
  let favourite = endpoints[0]

  /** Where all are banned, those that are better than nothing. */
  const candidates = (): Endpoint[] => {
    const usable = endpoints.filter(({ status }) => status.ban === null)
    if (usable.length === 0) return lastResorts()
    const fastest = usable.reduce((a, b) => (latency(b) < latency(a) ? b : a))
    const stays =
      usable.includes(favourite) &&
      !(
        latency(fastest) < latency(favourite) * MUCH_FASTER && latency(favourite) - latency(fastest) > WORTH_CHANGING_MS
      )
    favourite = stays ? favourite : fastest
    const others = usable.filter((endpoint) => endpoint !== favourite)
    return [favourite, ...others.toSorted((a, b) => latency(a) - latency(b))]
  }
  const lastResorts = (): Endpoint[] => {
    const rank = ({ status }: Endpoint) => (status.ban === null ? 0 : LAST_RESORTS.indexOf(status.ban))
    const left = endpoints.filter((endpoint) => rank(endpoint) >= 0)
    return left.toSorted((a, b) => rank(a) - rank(b))
  }

  const ask = async (endpoint: Endpoint, body: string, timeoutMs: number): Promise<string> => {
    const startedAt = performance.now()
    try {
      const answer = await post(endpoint.url, body, timeoutMs)
      endpoint.answered(performance.now() - startedAt)
      return answer
    } catch (error) {
      if (error instanceof RpcFailure) endpoint.failed(error)
      throw error
    }
  }

  const read = async (body: string, asked: readonly Endpoint[]): Promise<string> => {
    const failures: [Endpoint, unknown][] = []
    for (const [at, endpoint] of asked.entries()) {
      try {
        return await ask(endpoint, body, at === asked.length - 1 ? TIMEOUT_MS.last : TIMEOUT_MS.others)
      } catch (error) {
        failures.push([endpoint, error])
      }
    }
    return answerOf(failures)
  }

  /** The first that takes it speaks for all; what the others say counts for their health only. */
  const broadcast = async (body: string, asked: readonly Endpoint[]): Promise<string> => {
    const failures: [Endpoint, unknown][] = []
    const taken = asked.map(async (endpoint) => {
      try {
        return accepted(await ask(endpoint, body, TIMEOUT_MS.last))
      } catch (error) {
        failures.push([endpoint, error])
        throw error
      }
    })
    return Promise.any(taken).catch(() => answerOf(failures))
  }

  return {
    candidates,
    request: (body) => {
      const methods = methodsOf(body)
      const all = candidates()
      if (methods.includes(SEND)) return broadcast(body, all)
      return read(body, methods.some((method) => NOT_REPEATABLE.test(method)) ? all.slice(0, 1) : all)
    },
  }
}

const latency = ({ status }: Endpoint): number => status.latencyMs ?? 0

/** A node's refusal of a transaction is an answer, but another's acceptance is the better one. */
function accepted(answer: string): string {
  const parsed: unknown = JSON.parse(answer)
  if (typeof parsed === 'object' && parsed !== null && 'error' in parsed) {
    throw new RpcFailure('unsupported', 'the transaction was refused', { answer })
  }
  return answer
}

/** What all of them failed with: an answer if one gave any. @throws AppError CHAIN_UNAVAILABLE */
function answerOf(failures: readonly (readonly [Endpoint, unknown])[]): string {
  for (const [, error] of failures) if (error instanceof RpcFailure && error.answer !== null) return error.answer
  const [cause] = failures.map(([, error]) => error)
  const words = failures.map(([{ name }, error]) => `${name}: ${errorMessage(error)}`).join('; ')
  throw new AppError('CHAIN_UNAVAILABLE', {
    message:
      failures.length === 0
        ? 'no Solana RPC can be asked: all that are set disagree with each other, or are of other clusters'
        : `the Solana RPC does not answer: ${words}`,
    cause,
  })
}

function methodsOf(body: string): string[] {
  const parsed: unknown = JSON.parse(body)
  const calls: unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  return calls.map((call) => (typeof call === 'object' && call !== null && 'method' in call ? String(call.method) : ''))
}
