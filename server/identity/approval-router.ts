import type { Kysely } from 'kysely'
import { type Decided, decideApproval, listApprovals } from '#server/platform/approvals.ts'
import type { DB } from '#server/platform/db/index.ts'
import { adminProcedure, supportProcedure } from '#server/platform/procedures.ts'
import { askFactorReset, beginFactorReset, FACTOR_RESET } from './factor-reset.ts'
import { rest } from './rest-meta.ts'
import * as shape from './schema.ts'

type Act = (trx: Kysely<DB>, decided: Decided, actor: string, nowMs: number) => Promise<void>

/** What is done, in the transaction of the approval, by its kind. */
const ACTS: Readonly<Record<string, Act>> = { [FACTOR_RESET]: beginFactorReset }

/** Acts of staff that take two people. */
export const approvalProcedures = {
  list: supportProcedure
    .meta(rest('GET', '/admin/approvals', 'admin', 'Acts that wait for a second person'))
    .output(shape.approvalDto.array())
    .query(({ ctx }) => listApprovals(ctx.db, ctx.clock.now())),
  decide: adminProcedure
    .meta(rest('POST', '/admin/approvals/{id}', 'admin', 'Approve or refuse an act that another person asked for'))
    .input(shape.decisionInput)
    .output(shape.okDto)
    .mutation(async ({ ctx, input }) => {
      const { userId: actor } = ctx.principal
      const now = ctx.clock.now()
      await ctx.db.transaction().execute(async (trx) => {
        const decided = await decideApproval(trx, { ...input, actor }, now)
        if (!input.approve) return
        const act = ACTS[decided.kind]
        if (act === undefined) throw new Error(`nobody knows how to do "${decided.kind}"`)
        await act(trx, decided, actor, now)
      })
      return shape.OK
    }),
  askFactorReset: supportProcedure
    .meta(
      rest(
        'POST',
        '/admin/users/factor-reset',
        'admin',
        'Ask to remove the second factors of a user who lost them all; an admin approves, the user can stop it for 48 hours',
      ),
    )
    .input(shape.factorResetInput)
    .output(shape.approvalIdDto)
    .mutation(async ({ ctx, input }) => ({
      id: await askFactorReset(ctx.db, { actor: ctx.principal.userId, ...input }, ctx.clock.now()),
    })),
}
