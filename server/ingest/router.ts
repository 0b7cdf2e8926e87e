import { z } from 'zod'
import { priceDto } from '#server/oracle/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { publicProcedure } from '#server/platform/procedures.ts'
import { listCandles } from './candle-repo.ts'
import { latestPrice, pricedMarkets } from './price-repo.ts'
import { candleDto, candlesInput, priceInput } from './schema.ts'

/** Prices and candles: the part of `market` that comes from the oracle. */
export const marketDataProcedures = {
  candles: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/markets/{market}/candles',
        summary: 'Candles, oldest first',
        tags: ['markets'],
      },
    })
    .input(candlesInput)
    .output(z.array(candleDto))
    .query(async ({ ctx, input }) => {
      const candles = await listCandles(ctx.db, input)
      if (candles.length > 0) return candles
      const known = await pricedMarkets(ctx.db)
      if (known.includes(input.market)) return candles
      throw noPrices(input.market, known)
    }),

  price: publicProcedure
    .meta({ openapi: { method: 'GET', path: '/oracle/{market}', summary: 'Newest oracle price', tags: ['oracle'] } })
    .input(priceInput)
    .output(priceDto)
    .query(async ({ ctx, input }) => {
      const price = await latestPrice(ctx.db, input.market, ctx.clock.now())
      if (price === undefined) throw noPrices(input.market, await pricedMarkets(ctx.db))
      return price
    }),
}

function noPrices(market: string, known: readonly string[]): AppError {
  if (known.length > 0) {
    return new AppError('NOT_FOUND', { message: `there is no market ${market}: choose one of ${known.join(', ')}` })
  }
  return new AppError('STALE_PRICE', {
    message: 'no oracle price has arrived yet: the ingest role has just started or is not running',
  })
}
