import type { Connection } from '@solana/web3.js'
import {
  type CostClass,
  type ProcedureMeta,
  riskProcedure,
  stepUpProcedure,
  tradeProcedure,
  userProcedure,
} from '#server/platform/procedures.ts'
import { listIntents } from './intent-repo.ts'
import { ownIntent, requestIntent } from './intents.ts'
import { changeLimits, enableKey, listKeys, revokeKey, switchSigning } from './keys.ts'
import {
  changeLimitsInput,
  enableInput,
  INTENTS,
  intentDto,
  intentPageDto,
  intentPageInput,
  keyInput,
  signingKeyDto,
  signingKeysDto,
  switchDto,
  switchInput,
  toSignDto,
} from './schema.ts'

type Route = NonNullable<ProcedureMeta['openapi']>

const route = (method: Route['method'], path: Route['path'], summary: string, cost: CostClass = 'row') => ({
  cost,
  openapi: { method, path, summary, tags: ['signer'] },
})

/** Orders that the service signs with the key a user left with it. */
export const intentProcedures = {
  place: requests('place', 'An order', 'order')
    .input(INTENTS.place)
    .mutation(({ ctx, input }) => requestIntent(ctx, 'place', input)),
  modify: requests('modify', 'Another size or price of an open order', 'order')
    .input(INTENTS.modify)
    .mutation(({ ctx, input }) => requestIntent(ctx, 'modify', input)),
  close: requests('close', 'A position closed at the market, or a part of it', 'order')
    .input(INTENTS.close)
    .mutation(({ ctx, input }) => requestIntent(ctx, 'close', input)),
  cancel: requests('cancel', 'One order taken off', 'cancel')
    .input(INTENTS.cancel)
    .mutation(({ ctx, input }) => requestIntent(ctx, 'cancel', input)),
  cancelAll: requests('cancel-all', 'Every order taken off that may be canceled now', 'cancel')
    .input(INTENTS.cancel_all)
    .mutation(({ ctx, input }) => requestIntent(ctx, 'cancel_all', input)),
  get: tradeProcedure
    .meta(route('GET', '/trading/intents/{id}', 'How an intent stands'))
    .input(keyInput)
    .output(intentDto)
    .query(({ ctx, input }) => ownIntent(ctx, input.id)),
  list: tradeProcedure
    .meta(route('GET', '/trading/intents', 'What the service was asked to sign, newest first', 'page'))
    .input(intentPageInput)
    .output(intentPageDto)
    .query(({ ctx, input }) => listIntents(ctx.db, ctx.principal.userId, input, ctx.clock.now())),
}

function requests(name: string, what: string, cost: CostClass) {
  return tradeProcedure
    .meta({
      ...route('POST', `/trading/intents/${name}`, `${what}, signed by the service`, cost),
      idempotency: 'own',
    })
    .output(intentDto)
}

/** The keys that users leave with the service. */
export function signingKeyProcedures(connection: Connection) {
  return {
    list: userProcedure
      .meta(route('GET', '/trading/signing-keys', 'Keys that sign for you here, their limits and what the chain says'))
      .output(signingKeysDto)
      .query(({ ctx }) => listKeys({ ...ctx, connection })),
    enable: stepUpProcedure
      .meta(route('POST', '/trading/signing-keys', 'Let the service sign for a sub-account, or renew that'))
      .input(enableInput)
      .output(toSignDto)
      .mutation(({ ctx, input }) => enableKey({ ...ctx, connection }, input)),
    changeLimits: userProcedure
      .meta(route('PATCH', '/trading/signing-keys/{id}', 'Other limits; wider ones ask for a second factor'))
      .input(changeLimitsInput)
      .output(signingKeyDto)
      .mutation(({ ctx, input: { id, ...change } }) => changeLimits({ ...ctx, connection }, id, change)),
    revoke: userProcedure
      .meta(route('DELETE', '/trading/signing-keys/{id}', 'Sign nothing more with a key'))
      .input(keyInput)
      .output(toSignDto)
      .mutation(({ ctx, input }) => revokeKey({ ...ctx, connection }, input.id)),
    switch: riskProcedure
      .meta(route('POST', '/admin/signer', 'Stop or resume orders that the service signs, of everybody'))
      .input(switchInput)
      .output(switchDto)
      .mutation(({ ctx, input }) => switchSigning(ctx, input.enabled)),
  }
}
