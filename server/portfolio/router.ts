import { publicProcedure } from '#server/platform/procedures.ts'
import { readHistory } from './history-repo.ts'
import { readCalendar, readStatistics } from './results-repo.ts'
import {
  calendarDayDto,
  calendarInput,
  historyInput,
  portfolioHistoryDto,
  statisticsDto,
  statisticsInput,
} from './schema.ts'

export const portfolioProcedures = {
  history: publicProcedure
    .meta({
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
