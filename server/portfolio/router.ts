import { publicProcedure } from '#server/platform/procedures.ts'
import { readOverall, readPerToken } from './analytics.ts'
import { readHistory } from './history-repo.ts'
import { readCalendar, readStatistics } from './results-repo.ts'
import {
  calendarDayDto,
  calendarInput,
  historyInput,
  portfolioHistoryDto,
  statisticsDto,
  statisticsInput,
  tokenStatisticsDto,
} from './schema.ts'

export const analyticsProcedures = {
  overall: publicProcedure
    .meta({
      cost: 'sum',
      openapi: {
        method: 'GET',
        path: '/analytics/overall/{authority}',
        summary: 'Results, volume and closed positions of a wallet over all markets; zeros for one that never traded',
        tags: ['analytics'],
      },
    })
    .input(statisticsInput)
    .output(statisticsDto)
    .query(({ ctx, input }) => readOverall(ctx.db, input, ctx.clock.now())),
  perToken: publicProcedure
    .meta({
      cost: 'sum',
      openapi: {
        method: 'GET',
        path: '/analytics/per-token/{authority}',
        summary: 'The same for each token the wallet traded, the one with the most volume first',
        tags: ['analytics'],
      },
    })
    .input(statisticsInput)
    .output(tokenStatisticsDto.array())
    .query(({ ctx, input }) => readPerToken(ctx.db, input, ctx.clock.now())),
}

export const portfolioProcedures = {
  history: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/portfolio/history/{authority}',
        summary: 'What a wallet was worth over time, and what it had brought in by then',
        tags: ['portfolio'],
      },
    })
    .input(historyInput)
    .output(portfolioHistoryDto)
    .query(({ ctx, input }) => readHistory(ctx.db, input, ctx.clock.now())),
  calendar: publicProcedure
    .meta({
      cost: 'sum',
      openapi: {
        method: 'GET',
        path: '/portfolio/calendar/{authority}',
        summary: 'What a wallet realised on each day of a year',
        tags: ['portfolio'],
      },
    })
    .input(calendarInput)
    .output(calendarDayDto.array())
    .query(({ ctx, input }) => readCalendar(ctx.db, input)),
  statistics: publicProcedure
    .meta({
      cost: 'sum',
      openapi: {
        method: 'GET',
        path: '/portfolio/statistics/{authority}',
        summary: 'Results, volume and closed positions of a wallet, all markets together first, then each',
        tags: ['portfolio'],
      },
    })
    .input(statisticsInput)
    .output(statisticsDto.array())
    .query(({ ctx, input }) => readStatistics(ctx.db, input, ctx.clock.now())),
}
