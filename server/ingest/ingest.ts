import { ORACLE_FEEDS, openOracle, oracleMode, takePrices, toPriceDto } from '#server/oracle/index.ts'
import type { Log } from '#server/platform/log.ts'
import type { RoleContext, Stop } from '#server/platform/role.ts'
import { marketDataWriter } from './market-data-writer.ts'

/** Candles, ticks and health reach the database this often, in a statement each. */
const WRITE_EVERY_MS = 1_000

export async function startIngest(ctx: RoleContext): Promise<Stop> {
  const { bus, clock, config, log, metrics } = ctx
  const stopping = new AbortController()
  const { sources, history } = openOracle(config, { clock, log, signal: stopping.signal })
  const mode = oracleMode(config)
  const writer = marketDataWriter(ctx, history, mode)
  log.info(
    { sources: sources.map(({ name }) => name) },
    mode === 'replay' ? 'playing recorded prices' : 'reading live prices',
  )

  const publishing = troubleLog(log, 'prices are not published on the bus')
  const storing = troubleLog(log, 'market data waits for the database')
  const unsubscribe = bus.subscribe('trade.*', (message) => writer.traded(message))
  const taken = takePrices(
    {
      sources,
      markets: new Map(ORACLE_FEEDS.map(({ feedId, market }) => [feedId, market])),
      clock,
      metrics,
      log,
      onPrice: (price, receivedAt) => {
        writer.add({ price, receivedAt })
        bus.publish(`price.${price.market}`, toPriceDto(price, receivedAt)).then(publishing.worked, publishing.failed)
      },
    },
    stopping.signal,
  )

  let timer: NodeJS.Timeout
  let writing = Promise.resolve()
  const write = async () => {
    await writer.write(taken).then(storing.worked, storing.failed)
    if (!stopping.signal.aborted) timer = setTimeout(cycle, WRITE_EVERY_MS)
  }
  const cycle = () => {
    writing = write()
  }
  cycle()

  return async () => {
    unsubscribe()
    stopping.abort()
    clearTimeout(timer)
    await taken.ended
    await writing
    await writer.write(taken)
  }
}

/** An outage is two lines, not one for every price it lasts. */
function troubleLog(log: Log, trouble: string) {
  let failing = false
  return {
    failed: (error: unknown) => {
      if (!failing) log.warn({ err: error }, trouble)
      failing = true
    },
    worked: () => {
      if (failing) log.info(`over: ${trouble}`)
      failing = false
    },
  }
}
