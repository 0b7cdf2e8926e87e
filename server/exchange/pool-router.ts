import { publicProcedure } from '#server/platform/procedures.ts'
import { poolHistory, poolPosition, poolQueue } from './pool-repo.ts'
import { poolDto, poolHistoryDto, poolHistoryInput, poolPositionDto, poolRequestDto } from './pool-schema.ts'
import { authorityInput } from './schema.ts'
import { getLaunchedPool } from './service.ts'

export const poolProcedures = {
  get: publicProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'GET',
        path: '/pool',
        summary: 'The liquidity pool and its allocation to markets',
        tags: ['pool'],
      },
    })
    .output(poolDto)
    .query(({ ctx }) => getLaunchedPool(ctx.db)),
  history: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/pool/history',
        summary: 'What a share of the pool was worth over time, and its yearly rate',
        tags: ['pool'],
      },
    })
    .input(poolHistoryInput)
    .output(poolHistoryDto)
    .query(({ ctx, input }) => poolHistory(ctx.db, input.window, ctx.clock.now())),
  queue: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/pool/queue',
        summary: 'Requests to enter or leave the pool that wait, the next one first',
        tags: ['pool'],
      },
    })
    .output(poolRequestDto.array())
    .query(({ ctx }) => poolQueue(ctx.db)),
  position: publicProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'GET',
        path: '/pool/{authority}',
        summary: "A wallet's shares of the pool and its requests, newest first",
        tags: ['pool'],
      },
    })
    .input(authorityInput)
    .output(poolPositionDto)
    .query(({ ctx, input }) => poolPosition(ctx.db, input.authority)),
}
