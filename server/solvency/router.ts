import { AppError } from '#server/platform/errors.ts'
import { publicProcedure } from '#server/platform/procedures.ts'
import { listChecks } from './repo.ts'
import { solvencyDto, solvencyHistoryInput } from './schema.ts'

export const solvencyProcedures = {
  latest: publicProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'GET',
        path: '/solvency',
        summary: 'Proof of solvency: what the vaults hold against what everybody owns',
        tags: ['solvency'],
      },
    })
    .output(solvencyDto)
    .query(async ({ ctx }) => {
      const [latest] = await listChecks(ctx.db, 1)
      if (latest === undefined)
        throw new AppError('NOT_FOUND', { message: 'the vaults have not been counted against the ledger yet' })
      return latest
    }),
  history: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/solvency/history',
        summary: 'Earlier proofs of solvency, newest first',
        tags: ['solvency'],
      },
    })
    .input(solvencyHistoryInput)
    .output(solvencyDto.array())
    .query(({ ctx, input }) => listChecks(ctx.db, input.limit)),
}
