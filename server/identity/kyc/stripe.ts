import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { AppError, errorMessage } from '#server/platform/errors.ts'
import type { CheckResult, KycProvider } from './provider.ts'

/** Stripe Identity: documents and a selfie, on Stripe's page. https://docs.stripe.com/identity */
export const STRIPE_API = 'https://api.stripe.com'
/** The shapes below are those of this version, whatever the account's own is. */
const API_VERSION = '2023-10-16'
const TIMEOUT_MS = 15_000
const SIGNATURE_GOOD_FOR_MS = 5 * 60_000

const verificationSession = z.object({
  id: z.string(),
  status: z.enum(['requires_input', 'processing', 'verified', 'canceled']),
  url: z.string().nullish(),
  last_error: z.object({ code: z.string().nullish(), reason: z.string().nullish() }).nullish(),
})
type VerificationSession = z.infer<typeof verificationSession>

const event = z.object({
  type: z.string(),
  data: z.object({ object: z.object({ id: z.string() }) }),
})

/** What the session's status means. One that failed waits for another try there, and is rejected until that is made. */
function resultOf({ status, last_error }: VerificationSession): CheckResult {
  switch (status) {
    case 'verified':
      return { status: 'verified', reason: null }
    case 'canceled':
      return { status: 'none', reason: null }
    case 'processing':
      return { status: 'pending', reason: null }
    case 'requires_input':
      return last_error == null
        ? { status: 'pending', reason: null }
        : { status: 'rejected', reason: last_error.reason ?? last_error.code ?? null }
  }
}

export function stripeChecks(
  { secretKey, webhookSecret }: { secretKey: string; webhookSecret: string },
  api = STRIPE_API,
): KycProvider {
  const ask = async (path: string, form?: URLSearchParams, idempotencyKey?: string): Promise<VerificationSession> => {
    try {
      const response = await fetch(`${api}/v1/identity/verification_sessions${path}`, {
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${secretKey}`,
          'stripe-version': API_VERSION,
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(form === undefined ? {} : { body: form }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (!response.ok) throw new Error(`it answered ${response.status}`)
      return verificationSession.parse(await response.json())
    } catch (cause) {
      throw new AppError('UPSTREAM', { message: `Stripe Identity failed: ${errorMessage(cause)}`, cause })
    }
  }

  return {
    name: 'stripe',
    start: async ({ checkId, userId, returnTo }) => {
      const form = new URLSearchParams({
        type: 'document',
        'options[document][require_matching_selfie]': 'true',
        'metadata[user_id]': userId,
        return_url: returnTo,
      })
      const session = await ask('', form, checkId)
      return { reference: session.id, url: session.url ?? null }
    },
    read: async (reference) => {
      const session = await ask(`/${encodeURIComponent(reference)}`)
      return { ...resultOf(session), url: session.status === 'requires_input' ? (session.url ?? null) : null }
    },
    readMessage: ({ headers, body }, nowMs) => {
      verify(headers.get('stripe-signature') ?? '', body, webhookSecret, nowMs)
      const message = event.parse(JSON.parse(body))
      return message.type.startsWith('identity.verification_session.') ? message.data.object.id : null
    },
  }
}

/** `t=SECONDS,v1=HEX[,v1=HEX]`: HMAC-SHA256 of the time, a dot and the body. Two while a secret is being replaced. */
function verify(header: string, body: string, secret: string, nowMs: number): void {
  const refused = new AppError('UNAUTHENTICATED', { message: 'the message is not signed by Stripe, or is too old' })
  const parts = header.split(',').map((part) => part.split('=', 2))
  const time = parts.find(([name]) => name === 't')?.[1] ?? ''
  if (!/^\d{1,12}$/.test(time) || Math.abs(nowMs - Number(time) * 1_000) > SIGNATURE_GOOD_FOR_MS) throw refused
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest()
  const given = parts.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'))
  if (!given.some((one) => one.length === expected.length && timingSafeEqual(one, expected))) throw refused
}
