import { z } from 'zod'
import { oracleMode, priceDto } from '#server/oracle/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { type ApiContext, publicProcedure } from '#server/platform/procedures.ts'
import { listCandles, listSparklines } from './candle-repo.ts'
import { latestPrice, latestPrices, oracleHealth, pricedMarkets } from './oracle-health-repo.ts'
import { listTicks } from './price-repo.ts'
import {
  type CandleDto,
  type CandlesInput,
  candleDto,
  candlesInput,
  historyInput,
  oracleHealthDto,
  priceInput,
  sparklineDto,
  tickDto,
} from './schema.ts'

/** Candles: the part of `market` that comes from the oracle. */
export const candleProcedures = {
  candles: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/markets/{market}/candles',
        summary: 'Candles, oldest first',
        tags: ['markets'],
      },
    })
    .input(candlesInput)
    .output(z.array(candleDto))
    .query(({ ctx, input }) => candlesOf(ctx, input)),
  sparklines: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/sparklines',
        summary: 'What the price of every market did in the last 24 hours',
        tags: ['markets'],
      },
    })
    .output(sparklineDto.array())
    .query(({ ctx }) => listSparklines(ctx.db, oracleMode(ctx.config), ctx.clock.now())),
}

/** `/api/oracle/*`. Fixed names come before `{market}`, which would take them for a market. */
export const oracleProcedures = {
  prices: publicProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'GET', path: '/oracle/prices', summary: 'Newest price of every market', tags: ['oracle'] },
    })
    .output(z.array(priceDto))
    .query(({ ctx }) => latestPrices(ctx.db, ctx.clock.now())),

  health: publicProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'GET',
        path: '/oracle/health',
        summary: 'How every price source is doing, and what was refused',
        tags: ['oracle'],
      },
    })
    .output(oracleHealthDto)
    .query(({ ctx }) => oracleHealth(ctx.db, oracleMode(ctx.config), ctx.clock.now())),

  price: publicProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'GET', path: '/oracle/{market}', summary: 'Newest oracle price', tags: ['oracle'] },
    })
    .input(priceInput)
    .output(priceDto)
    .query(async ({ ctx, input }) => {
      const price = await latestPrice(ctx.db, input.market, ctx.clock.now())
      if (price === undefined) throw await noPrices(ctx, input.market)
      return price
    }),

  history: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/oracle/{market}/history',
        summary: 'Published prices of the last two days, oldest first',
        tags: ['oracle'],
      },
    })
    .input(historyInput)
    .output(z.array(tickDto))
    .query(async ({ ctx, input }) => known(ctx, input.market, await listTicks(ctx.db, oracleMode(ctx.config), input))),

  candles: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/oracle/{market}/candles',
        summary: 'Candles of the oracle price, oldest first',
        tags: ['oracle'],
      },
    })
    .input(candlesInput)
    .output(z.array(candleDto))
    .query(({ ctx, input }) => candlesOf(ctx, input)),
}

async function candlesOf(ctx: ApiContext, input: CandlesInput): Promise<CandleDto[]> {
  return known(ctx, input.market, await listCandles(ctx.db, oracleMode(ctx.config), input))
}

/** An empty answer is one only for a market that has prices. */
async function known<T>(ctx: ApiContext, market: string, rows: T[]): Promise<T[]> {
  if (rows.length > 0 || (await pricedMarkets(ctx.db)).includes(market)) return rows
  throw await noPrices(ctx, market)
}

async function noPrices({ db }: ApiContext, market: string): Promise<AppError> {
  const priced = await pricedMarkets(db)
  if (priced.length > 0) {
    return new AppError('NOT_FOUND', { message: `there is no market ${market}: choose one of ${priced.join(', ')}` })
  }
  return new AppError('STALE_PRICE', {
    message: 'no oracle price has arrived yet: the ingest role has just started or is not running',
  })
}
