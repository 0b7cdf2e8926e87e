import type { Connection } from '@solana/web3.js'
import type { SignedIn } from '#server/platform/principal.ts'
import { type ApiContext, COSTS, type CostClass, tradeProcedure } from '#server/platform/procedures.ts'
import { type Desk, type Draft, draftCancel, draftCancelAll, draftClose, draftModify, draftPlace } from './orders.ts'
import { prepareTransaction } from './prepare.ts'
import {
  cancelAllInput,
  cancelInput,
  closeInput,
  modifyInput,
  outcomeDto,
  placeInput,
  preparedDto,
  submitInput,
} from './schema.ts'
import { isCancelOnly, readSigned, requireOwnSigner, submitSigned } from './submit.ts'

/** Orders through the API: a transaction to sign, tried on the chain as it stands, and the sending of what was signed. */
export function tradingProcedures(connection: Connection) {
  const desk = ({ db, clock, principal }: ApiContext & { principal: SignedIn }): Desk => {
    return { connection, db, clock, authority: principal.authority }
  }
  const prepared = async (draft: Promise<Draft>) => prepareTransaction(connection, await draft)
  const prepares = (path: `/trading/${string}`, summary: string, cost: CostClass) =>
    tradeProcedure.meta({ cost, openapi: { method: 'POST', path, summary, tags: ['trading'] } }).output(preparedDto)

  return {
    place: prepares('/trading/place', 'An order, as a transaction to sign', 'order')
      .input(placeInput)
      .mutation(({ ctx, input }) => prepared(draftPlace(desk(ctx), input))),
    modify: prepares('/trading/modify', 'Another size or price of an open order', 'order')
      .input(modifyInput)
      .mutation(({ ctx, input }) => prepared(draftModify(desk(ctx), input))),
    close: prepares('/trading/close', 'A position closed at the market, or a part of it', 'order')
      .input(closeInput)
      .mutation(({ ctx, input }) => prepared(draftClose(desk(ctx), input))),
    cancel: prepares('/trading/cancel', 'One order taken off', 'cancel')
      .input(cancelInput)
      .mutation(({ ctx, input }) => prepared(draftCancel(desk(ctx), input))),
    cancelAll: prepares('/trading/cancel-all', 'Every order taken off that may be canceled now', 'cancel')
      .input(cancelAllInput)
      .mutation(({ ctx, input }) => prepared(draftCancelAll(desk(ctx), input))),
    submit: tradeProcedure
      .meta({
        // Counted when it is known what the transaction does.
        cost: 'own',
        openapi: {
          method: 'POST',
          path: '/trading/submit',
          summary: 'Sends a signed transaction and tells what became of it',
          tags: ['trading'],
        },
      })
      .input(submitInput)
      .output(outcomeDto)
      .mutation(async ({ ctx, input }) => {
        const signed = readSigned(input.transaction)
        await ctx.spend?.(COSTS[isCancelOnly(signed) ? 'cancel' : 'order'])
        await requireOwnSigner(ctx.db, ctx.principal.authority, signed)
        return submitSigned(connection, signed)
      }),
  }
}
