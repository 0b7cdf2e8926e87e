import { initTRPC, TRPCError } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { ZodError } from 'zod'
import type { Bus } from './bus.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db/index.ts'
import { AppError, type ErrorCode, problem, toAppError } from './errors.ts'
import type { Log } from './log.ts'
import { type Access, authorise, type Principal } from './principal.ts'

/** The HTTP side of a call, for what belongs to the connection: sign-in, sessions, limits. */
export type HttpExchange = {
  /** Of the client; null where it is not known. */
  ip: string | null
  userAgent: string | null
  /** The origin this site was asked under, one of `config.publicOrigins`; null for any other Host. */
  site: string | null
  /** As it was sent, unchecked; null without one. */
  idempotencyKey: string | null
  cookie(name: string): string | undefined
  /** Sends a `Set-Cookie` with the answer. */
  setCookie(header: string): void
}

export type ApiContext = {
  db: Db
  config: Config
  log: Log
  clock: Clock
  bus: Bus
  /** Null for nobody: reads of the chain's data are for all. */
  principal: Principal
  requestId: string
  /** Counts a call against the allowances of whoever asks; null for a caller inside the server. @throws RATE_LIMITED */
  spend: ((cost: Cost) => Promise<void>) | null
  /** Null for a caller inside the server. */
  http: HttpExchange | null
}

/** What calls are counted against: cancels have an allowance of their own, so that they never starve. */
export type Bucket = 'data' | 'trading' | 'cancel'
export type Cost = { bucket: Bucket; weight: number }

/** What a call costs, by what it makes the server do. The weights are measured: docs/decisions/006. */
export const COSTS = {
  /** One row or a few, by their key; what stands in memory. */
  row: { bucket: 'data', weight: 1 },
  /** A list, as long as its limit. */
  page: { bucket: 'data', weight: 2 },
  /** Adds up all that an account ever did. */
  sum: { bucket: 'data', weight: 10 },
  /** Holds a connection and a queue for as long as its reader stays. */
  stream: { bucket: 'data', weight: 5 },
  /** Asks somebody else, who has limits too: a mail server, Telegram, another site. */
  outside: { bucket: 'data', weight: 10 },
  /** A token or a signature that was wrong. */
  guess: { bucket: 'data', weight: 10 },
  /** All rows that there are. */
  export: { bucket: 'data', weight: 20 },
  order: { bucket: 'trading', weight: 1 },
  cancel: { bucket: 'cancel', weight: 1 },
} as const satisfies Record<string, Cost>
export type CostClass = keyof typeof COSTS

/** `openapi` makes the procedure a REST route too: `{market}` in the path is the input's field. */
export type ProcedureMeta = {
  /** Given by the base the procedure is built on. */
  access?: Access
  /** Every procedure of the API says it; `own`: it counts its calls itself, once it knows what they ask. */
  cost?: CostClass | 'own'
  /** `own`: it keeps the Idempotency-Key with what it makes, and answers again with how that stands by then. */
  idempotency?: 'own'
  openapi?: {
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    path: `/${string}`
    /** Shorter names of the same. */
    alsoAt?: readonly `/${string}`[]
    summary?: string
    tags?: string[]
  }
}

const TRPC_CODES: Readonly<Record<ErrorCode, TRPCError['code']>> = {
  BAD_INPUT: 'BAD_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_ALLOWED: 'METHOD_NOT_SUPPORTED',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  STEP_UP_REQUIRED: 'FORBIDDEN',
  CONFLICT: 'CONFLICT',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  CHAIN_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  CHAIN_REFUSED: 'UNPROCESSABLE_CONTENT',
  DATABASE_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  STALE_PRICE: 'SERVICE_UNAVAILABLE',
  UPSTREAM: 'BAD_GATEWAY',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
}

/** What a subscription tells tRPC's client: to connect anew after this silence, which is more than two heartbeats. */
export const STREAM_CLIENT = { reconnectAfterInactivityMs: 40_000 }

/** An error as tRPC's clients get it. The stack stays on the server: the request id finds it in the log. */
export function trpcShape(error: AppError, requestId: string, path?: string, trpcCode = TRPC_CODES[error.code]) {
  const { code, detail, status, details } = problem(error, requestId)
  return {
    message: detail,
    code: TRPC_ERROR_CODES_BY_KEY[trpcCode],
    data: { code: trpcCode, httpStatus: status, path, appCode: code, requestId, details },
  }
}

const t = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    errorFormatter: ({ shape, error, ctx }) =>
      trpcShape(causeOf(error), ctx?.requestId ?? '', shape.data.path, shape.data.code),
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: STREAM_CLIENT },
  })

/** Turns whatever a procedure throws into tRPC's error with the AppError as cause, and writes the one log line of it. */
const errors = t.middleware(async ({ ctx, path, type, next }) => {
  const startedAt = ctx.clock.now()
  const result = await next()
  if (result.ok) return result
  const error = causeOf(result.error)
  const event = {
    requestId: ctx.requestId,
    procedure: path,
    type,
    code: error.code,
    durationMs: ctx.clock.now() - startedAt,
    ...error.details,
  }
  if (error.status >= 500) ctx.log.error({ ...event, err: error }, error.message)
  else ctx.log.info(event, error.message)
  throw new TRPCError({ code: TRPC_CODES[error.code], message: error.userMessage, cause: error })
})

/** The AppError inside a TRPCError: a refused input lists its fields, tRPC's own refusals keep their class. */
export function causeOf(error: TRPCError): AppError {
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ZodError) return badInput(error.cause)
  const own: Partial<Record<TRPCError['code'], ErrorCode>> = {
    BAD_REQUEST: 'BAD_INPUT',
    PARSE_ERROR: 'BAD_INPUT',
    PAYLOAD_TOO_LARGE: 'BAD_INPUT',
    UNSUPPORTED_MEDIA_TYPE: 'BAD_INPUT',
    METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
    NOT_FOUND: 'NOT_FOUND',
  }
  const code = own[error.code]
  if (code !== undefined && !(error.cause instanceof AppError)) {
    return new AppError(code, { message: error.message, cause: error })
  }
  return toAppError(error.cause ?? error)
}

/** What a schema refused: a sentence, and the fields by name. */
export function badInput(error: ZodError): AppError {
  const fields = error.issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message }))
  const sentence = fields.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ')
  return new AppError('BAD_INPUT', { message: sentence, details: { fields }, cause: error })
}

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** Asks the one rule, and passes on a principal that is somebody. */
const signedIn = t.middleware(({ ctx, meta, type, next }) => {
  authorise(ctx.principal, meta?.access, type, ctx.clock.now())
  if (ctx.principal === null) throw new AppError('UNAUTHENTICATED', { message: 'sign in with your wallet first' })
  return next({ ctx: { principal: ctx.principal } })
})

/** Before the decision who may call it: whoever knocks at closed doors is counted too. */
const counted = t.middleware(async ({ ctx, meta, next }) => {
  const cost = meta?.cost ?? 'row'
  if (cost !== 'own') await ctx.spend?.(COSTS[cost])
  return next()
})

const base = t.procedure.use(errors).use(counted)

/** Anyone may call it. */
export const publicProcedure = base.meta({ access: 'public' })
/** Whoever is signed in, about what is the caller's own. */
export const userProcedure = base.meta({ access: 'user' }).use(signedIn)
/** Moves orders or money of the caller. */
export const tradeProcedure = base.meta({ access: 'trade' }).use(signedIn)
/** Asks for a second factor shown lately, because a stolen session must not be enough. */
export const stepUpProcedure = base.meta({ access: 'step-up' }).use(signedIn)
/** Reads for those who help users. */
export const supportProcedure = base.meta({ access: 'support' }).use(signedIn)
export const riskProcedure = base.meta({ access: 'risk' }).use(signedIn)
export const adminProcedure = base.meta({ access: 'admin' }).use(signedIn)
