import type { Connection } from '@solana/web3.js'
import { localnetCheats, type TransactionSender } from '#server/chain/index.ts'
import type { Config } from '#server/platform/config.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { createBreaker } from '../breaker.ts'
import { openHermes } from '../open-oracle.ts'
import type { PricePublisher } from '../publish.ts'
import { failureOf } from '../source.ts'
import { localnetPublisher } from './localnet.ts'
import { receiverPublisher } from './receiver.ts'
import { sponsoredPublisher } from './sponsored.ts'

export type PublisherParts = {
  config: Pick<Config, 'cluster' | 'rpcUrl' | 'hermesUrl' | 'hermesApiKey'>
  connection: Connection
  sender: TransactionSender
  log: Log
  signal: AbortSignal
}

/**
 * How prices come onto this cluster: written directly on the local one; elsewhere posted from Hermes with a key, and
 * taken from Pyth's sponsored accounts without one or while Hermes fails. A price that Pyth did not sign cannot be posted
 * on a real cluster, so neither a recording nor an exchange's price ever gets there.
 */
export function openPublisher({ config, connection, sender, log, signal }: PublisherParts): PricePublisher {
  if (config.cluster === 'localnet') return localnetPublisher({ connection, cheats: localnetCheats(config.rpcUrl) })
  const sponsored = sponsoredPublisher({ connection })
  if (config.hermesApiKey === undefined) return sponsored
  return orElse(receiverPublisher({ connection, sender, hermes: openHermes(config), signal }), sponsored, log)
}

/** The first publisher, and the second while the first fails. */
export function orElse(first: PricePublisher, second: PricePublisher, log: Log): PricePublisher {
  const breaker = createBreaker()
  const now = () => performance.now()
  const attempt = async <T>(ask: (publisher: PricePublisher) => Promise<T>): Promise<T> => {
    if (now() < breaker.retryAt()) return ask(second)
    try {
      const result = await ask(first)
      breaker.delivered(now())
      return result
    } catch (error) {
      const { kind, retryAfterMs } = failureOf(error)
      breaker.failed(kind, now(), retryAfterMs)
      log.warn({ err: error }, `prices are not posted, the sponsored accounts are used: ${errorMessage(error)}`)
      return ask(second)
    }
  }
  return {
    publish: (price) => attempt((publisher) => publisher.publish(price)),
    postTheOne: (market, eligibleFrom) => attempt((publisher) => publisher.postTheOne(market, eligibleFrom)),
  }
}
