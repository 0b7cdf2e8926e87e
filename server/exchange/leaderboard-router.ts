import { publicProcedure } from '#server/platform/procedures.ts'
import { readLeaderboard } from './leaderboard.ts'
import { leaderboardDto, leaderboardInput } from './leaderboard-schema.ts'

export const leaderboardProcedures = {
  get: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/leaderboard',
        summary: 'Traders by realised profit, volume or return over a time',
        tags: ['leaderboard'],
      },
    })
    .input(leaderboardInput)
    .output(leaderboardDto)
    .query(({ ctx, input }) => readLeaderboard(ctx, input)),
}
