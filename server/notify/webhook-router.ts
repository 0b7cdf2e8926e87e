import { router, userProcedure } from '#server/platform/procedures.ts'
import type { Seal } from '#server/platform/seal/index.ts'
import { checkWebhookUrl } from './public-address.ts'
import {
  changeWebhookInput,
  deliveryPageDto,
  deliveryPageInput,
  idInput,
  newWebhookDto,
  newWebhookInput,
  nothing,
  replayDto,
  replayInput,
  webhookDto,
  webhookSecretDto,
} from './schema.ts'
import {
  changeWebhook,
  createWebhook,
  listDeliveries,
  listWebhooks,
  queueTest,
  removeWebhook,
  replay,
  rotateSecret,
} from './webhook-repo.ts'

const TAGS = ['webhooks']

/** Where a user's programs are told. `parts` is read when a procedure is called. */
export function webhookRouter(parts: { readonly seal: Seal }) {
  return router({
    list: userProcedure
      .meta({ cost: 'row', openapi: { method: 'GET', path: '/webhooks', summary: 'Your webhooks', tags: TAGS } })
      .output(webhookDto.array())
      .query(({ ctx }) => listWebhooks(ctx.db, ctx.principal.userId)),
    create: userProcedure
      .meta({
        cost: 'row',
        openapi: { method: 'POST', path: '/webhooks', summary: 'Add a webhook; the answer has its secret', tags: TAGS },
      })
      .input(newWebhookInput)
      .output(newWebhookDto)
      .mutation(({ ctx, input }) => {
        checkWebhookUrl(input.url, { allowPrivate: ctx.config.webhooksPrivate })
        return createWebhook(ctx.db, parts.seal, ctx.principal.userId, input)
      }),
    change: userProcedure
      .meta({
        cost: 'row',
        openapi: { method: 'PATCH', path: '/webhooks/{id}', summary: 'Change address, kinds or state', tags: TAGS },
      })
      .input(changeWebhookInput)
      .output(webhookDto)
      .mutation(({ ctx, input }) => {
        if (input.url !== undefined) checkWebhookUrl(input.url, { allowPrivate: ctx.config.webhooksPrivate })
        return changeWebhook(ctx.db, ctx.principal.userId, input)
      }),
    remove: userProcedure
      .meta({
        cost: 'row',
        openapi: {
          method: 'DELETE',
          path: '/webhooks/{id}',
          summary: 'Remove a webhook and its deliveries',
          tags: TAGS,
        },
      })
      .input(idInput)
      .output(nothing)
      .mutation(async ({ ctx, input }) => {
        await removeWebhook(ctx.db, ctx.principal.userId, input.id)
        return {}
      }),
    rotateSecret: userProcedure
      .meta({
        cost: 'row',
        openapi: {
          method: 'POST',
          path: '/webhooks/{id}/secret',
          summary: 'A new secret; the old one signs too for a day',
          tags: TAGS,
        },
      })
      .input(idInput)
      .output(webhookSecretDto)
      .mutation(async ({ ctx, input }) => ({
        secret: await rotateSecret(ctx.db, parts.seal, ctx.principal.userId, input.id, ctx.clock.now()),
      })),
    test: userProcedure
      .meta({
        cost: 'row',
        openapi: {
          method: 'POST',
          path: '/webhooks/{id}/test',
          summary: 'Send a message of the kind webhook.test',
          tags: TAGS,
        },
      })
      .input(idInput)
      .output(nothing)
      .mutation(async ({ ctx, input }) => {
        await queueTest(ctx.db, ctx.principal.userId, input.id, ctx.clock.now())
        return {}
      }),
    deliveries: userProcedure
      .meta({
        cost: 'page',
        openapi: {
          method: 'GET',
          path: '/webhooks/{id}/deliveries',
          summary: 'What was sent, newest first',
          tags: TAGS,
        },
      })
      .input(deliveryPageInput)
      .output(deliveryPageDto)
      .query(({ ctx, input }) => listDeliveries(ctx.db, ctx.principal.userId, input)),
    replay: userProcedure
      .meta({
        cost: 'row',
        openapi: {
          method: 'POST',
          path: '/webhooks/{id}/replay',
          summary: 'Send one delivery again, or all that were given up',
          tags: TAGS,
        },
      })
      .input(replayInput)
      .output(replayDto)
      .mutation(async ({ ctx, input }) => ({
        queued: await replay(ctx.db, ctx.principal.userId, input, ctx.clock.now()),
      })),
  })
}
