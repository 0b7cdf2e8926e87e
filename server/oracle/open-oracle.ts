import type { Clock } from '#server/platform/clock.ts'
import type { Config } from '#server/platform/config.ts'
import type { Log } from '#server/platform/log.ts'
import { exchangeHistory } from './exchange/history.ts'
import { exchangeMedian } from './exchange/source.ts'
import { VENUES } from './exchange/venues.ts'
import { ORACLE_FEEDS } from './feeds.ts'
import type { PriceSource } from './price.ts'
import { createHermes, type Hermes } from './pyth/hermes.ts'
import { hermesPoll, hermesStream } from './pyth/hermes-sources.ts'
import { pythPushAccounts } from './pyth/push-accounts.ts'
import { replaySource } from './replay/source.ts'
import type { OracleSource, PriceHistory } from './source.ts'

export type OracleConfig = Pick<Config, 'oracleSource' | 'cluster' | 'hermesUrl' | 'hermesApiKey' | 'pythRpcEndpoints'>

/** Recorded prices, or those of real markets. Never both: what one writes, a reader in the other mode does not see. */
export type OracleMode = 'replay' | 'live'

/** The sources of this installation, best first, and the past they know. */
export type Oracle = { sources: readonly OracleSource[]; history: PriceHistory }

const FEED_IDS = ORACLE_FEEDS.map(({ feedId }) => feedId)

/**
 * The sources that ORACLE_SOURCE means, best first. `auto` is live as soon as something live is configured; an untouched
 * local installation asks nobody on the internet and replays.
 */
export function chosenSources({ oracleSource, cluster, hermesApiKey, pythRpcEndpoints }: OracleConfig): PriceSource[] {
  switch (oracleSource) {
    case 'replay':
    case 'pyth-push':
    case 'exchange':
      return [oracleSource]
    case 'hermes':
      return ['hermes', 'hermes-rest']
    case 'auto': {
      const configured: PriceSource[] = []
      if (hermesApiKey !== undefined) configured.push('hermes', 'hermes-rest')
      if (pythRpcEndpoints.length > 0) configured.push('pyth-push')
      if (configured.length === 0 && cluster === 'localnet') return ['replay']
      return [...configured, 'exchange']
    }
  }
}

export function oracleMode(config: OracleConfig): OracleMode {
  return chosenSources(config).includes('replay') ? 'replay' : 'live'
}

/** Hermes as configured, for sources and for posting. */
export function openHermes({ hermesUrl, hermesApiKey }: Pick<OracleConfig, 'hermesUrl' | 'hermesApiKey'>): Hermes {
  return createHermes({ url: hermesUrl, key: hermesApiKey })
}

export type OracleParts = { clock: Clock; log: Log; signal: AbortSignal }

export function openOracle(config: OracleConfig, parts: OracleParts): Oracle {
  const chosen = chosenSources(config)
  if (chosen.includes('replay')) {
    const { source, history } = replaySource(ORACLE_FEEDS, parts.clock)
    return { sources: [source], history }
  }
  const exchanges = { feeds: ORACLE_FEEDS, venues: VENUES, ...parts }
  return { sources: chosen.map((name) => openSource(name, config, parts)), history: exchangeHistory(exchanges) }
}

function openSource(name: PriceSource, config: OracleConfig, { clock, log }: OracleParts): OracleSource {
  switch (name) {
    case 'hermes':
      return hermesStream(openHermes(config), FEED_IDS)
    case 'hermes-rest':
      return hermesPoll(openHermes(config), FEED_IDS)
    case 'pyth-push':
      return pythPushAccounts({ endpoints: config.pythRpcEndpoints, clock }, ORACLE_FEEDS)
    case 'exchange':
      return exchangeMedian({ feeds: ORACLE_FEEDS, venues: VENUES, clock, log })
    case 'replay':
      return replaySource(ORACLE_FEEDS, clock).source
  }
}
