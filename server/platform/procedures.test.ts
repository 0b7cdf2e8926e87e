import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { memoryBus } from './bus.ts'
import { systemClock } from './clock.ts'
import { loadConfig } from './config.ts'
import { createDb } from './db/index.ts'
import { AppError } from './errors.ts'
import { silentLog as log } from './log.ts'
import { ACCESS } from './principal.ts'
import {
  type ApiContext,
  adminProcedure,
  createCallerFactory,
  type ProcedureMeta,
  publicProcedure,
  riskProcedure,
  router,
  stepUpProcedure,
  supportProcedure,
  tradeProcedure,
  userProcedure,
} from './procedures.ts'
import { signedInAs } from './testing-principal.ts'

const appRouter = router({
  refuse: publicProcedure.query(() => {
    throw new AppError('NOT_FOUND', { message: 'market DOGE-PERP does not exist', details: { market: 'DOGE-PERP' } })
  }),
  crash: publicProcedure.query(() => {
    throw new TypeError('secret internals')
  }),
  own: userProcedure.query(({ ctx }) => ctx.principal.authority),
  confirmed: stepUpProcedure.mutation(() => 'done'),
  limit: publicProcedure.input(z.object({ limit: z.number().max(10, 'at most 10') })).query(({ input }) => input.limit),
})

const ctx: ApiContext = {
  // A pool connects with its first query, and no procedure here makes one.
  db: createDb({ url: 'postgres://nobody@127.0.0.1:1/none', log }),
  config: loadConfig({}),
  log,
  clock: systemClock,
  bus: memoryBus(),
  principal: null,
  requestId: 'request-1',
  http: null,
  spend: null,
}

async function ask(path: string, input?: unknown): Promise<{ status: number; text: string; error: unknown }> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
  const req = new Request(`http://127.0.0.1/trpc/${path}${query}`)
  const answer = await fetchRequestHandler({ endpoint: '/trpc', req, router: appRouter, createContext: () => ctx })
  const text = await answer.text()
  return { status: answer.status, text, error: JSON.parse(text).error?.data }
}

test('an AppError arrives with its code, status, details and request id', async () => {
  const { status, error, text } = await ask('refuse')
  expect(status).toBe(404)
  expect(error).toMatchObject({ appCode: 'NOT_FOUND', requestId: 'request-1', details: { market: 'DOGE-PERP' } })
  expect(text).toContain('market DOGE-PERP does not exist')
})

test('a bug shows neither message nor stack', async () => {
  const { status, error, text } = await ask('crash')
  expect(status).toBe(500)
  expect(error).toMatchObject({ appCode: 'INTERNAL', requestId: 'request-1' })
  expect(text).not.toMatch(/secret|procedures\.test|stack/)
})

test('a refused input names its field', async () => {
  const { status, error, text } = await ask('limit', { limit: 11 })
  expect(status).toBe(400)
  expect(error).toMatchObject({
    appCode: 'BAD_INPUT',
    details: { fields: [{ field: 'limit', message: 'at most 10' }] },
  })
  expect(text).toContain('limit: at most 10')
})

test('a path that does not exist is NOT_FOUND', async () => {
  expect(await ask('nothing')).toMatchObject({ status: 404, error: { appCode: 'NOT_FOUND' } })
})

test('a caller inside the server meets the same error with the AppError as cause', async () => {
  const caller = createCallerFactory(appRouter)(ctx)
  await expect(caller.refuse()).rejects.toMatchObject({ code: 'NOT_FOUND', cause: { code: 'NOT_FOUND' } })
})

test('the base of a procedure says who may call it, whatever else its meta says', () => {
  const openapi = { method: 'POST', path: '/x' } as const
  const bases = [
    publicProcedure,
    userProcedure,
    tradeProcedure,
    stepUpProcedure,
    supportProcedure,
    riskProcedure,
    adminProcedure,
  ]
  const metas = bases.map((base) => base.meta({ openapi }).mutation(() => null)._def.meta as ProcedureMeta)
  expect(metas).toEqual(ACCESS.map((access) => ({ access, openapi })))
})

test('who is not signed in, and who has not confirmed it lately, is told so in one way', async () => {
  expect(await ask('own')).toMatchObject({ status: 401, error: { appCode: 'UNAUTHENTICATED' } })
  const caller = createCallerFactory(appRouter)({ ...ctx, principal: signedInAs({ authority: 'alice' }) })
  expect(await caller.own()).toBe('alice')
  await expect(caller.confirmed()).rejects.toMatchObject({ code: 'FORBIDDEN', cause: { code: 'STEP_UP_REQUIRED' } })
})
