import { z } from 'zod'
import { address, at, decimal, marketId, signature } from '#server/exchange/schema.ts'
import {
  cancelAllInput,
  cancelInput,
  closeInput,
  modifyInput,
  placeInput,
  preparedDto,
} from '#server/trading/schema.ts'

const id = z.uuid()
const quote = (what: string, example: string) =>
  z
    .string()
    .max(20)
    .regex(/^(?=.*[1-9])\d{1,12}(\.\d{1,6})?$/, 'must be a number above 0 with at most 6 decimals')
    .meta({ description: what, examples: [example] })

/** What the service refuses to sign beyond. Cancels and orders that only close are bound by none of it. */
const limitFields = {
  markets: marketId.array().min(1).max(64).nullable().describe('Markets it may add risk in; null: all'),
  maxOrderNotional: quote('Quote that one order may be worth', '1000'),
  maxDayNotional: quote('Quote that the orders of any 24 hours may be worth together', '10000'),
  maxDistanceBps: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .describe('How much worse than the oracle price a limit may be, in hundredths of a percent'),
  maxOrdersPerMinute: z.number().int().min(1).max(600),
  expiresAt: at.describe('Until when it signs orders that add risk, ms'),
}
export const limitsDto = z.object(limitFields).meta({ id: 'SigningLimits' })
export type Limits = z.infer<typeof limitsDto>

export const enableInput = z.strictObject({
  subAccountId: z.number().int().min(0).max(65_535).default(0),
  ...limitFields,
  lossBudget: quote(
    'Quote that its orders may lose against the oracle in 24 hours, fees included: kept by the chain',
    '250',
  ),
})
export type EnableInput = z.output<typeof enableInput>

export const changeLimitsInput = enableInput.omit({ subAccountId: true, lossBudget: true }).partial().extend({ id })
export type LimitChange = Omit<z.output<typeof changeLimitsInput>, 'id'>
export const keyInput = z.strictObject({ id })

const onChainDto = z.object({
  isDelegate: z.boolean().describe('Whether the chain lets this key trade for the sub-account now'),
  expiresAt: at.nullable().describe('Until when, by the chain'),
  lossBudget: decimal,
  lossBudgetLeft: decimal,
  lamports: decimal.describe('SOL that the key has for network fees, in lamports'),
})

export const signingKeyDto = z
  .object({
    id,
    subAccountId: z.number().int(),
    publicKey: address.nullable().describe('Null until the signer has made it'),
    state: z
      .enum(['requested', 'ready', 'active', 'expired', 'revoked'])
      .describe(
        'requested: the signer has not made it yet. ready: the wallet has not allowed it on chain, or has allowed another since. active: it signs. expired: by the limits or by the chain. revoked: it signs nothing any more',
      ),
    limits: limitsDto,
    usedToday: decimal.describe('Quote that counts against maxDayNotional now'),
    createdAt: at,
    revokedAt: at.nullable(),
    chain: onChainDto.nullable().describe('Null while there is no key, or no such sub-account'),
  })
  .meta({ id: 'SigningKey' })
export type SigningKeyDto = z.infer<typeof signingKeyDto>

export const signingKeysDto = z.object({
  keys: signingKeyDto.array(),
  isPaused: z
    .boolean()
    .describe('The operator has stopped orders that add risk, of everybody; cancels and closes pass'),
})

export const toSignDto = z
  .object({
    key: signingKeyDto,
    transaction: preparedDto
      .nullable()
      .describe('For the wallet to sign and send; null where the chain needs no change'),
  })
  .meta({ id: 'SigningKeyToAllow' })
export type ToSignDto = z.infer<typeof toSignDto>

export const switchInput = z.strictObject({ enabled: z.boolean().describe('false: cancels and closes alone') })
export const switchDto = z.object({ enabled: z.boolean() })

/** The same words as for a transaction to sign; who signs is known. */
export const INTENTS = {
  place: placeInput.omit({ signer: true }),
  modify: modifyInput.omit({ signer: true }),
  close: closeInput.omit({ signer: true }),
  cancel: cancelInput.omit({ signer: true }),
  cancel_all: cancelAllInput.omit({ signer: true }),
} as const
export type IntentAction = keyof typeof INTENTS
export type IntentInput = { [Action in IntentAction]: z.output<(typeof INTENTS)[Action]> }[IntentAction]

export const intentDto = z
  .object({
    id,
    subAccountId: z.number().int(),
    action: z.enum(['place', 'modify', 'close', 'cancel', 'cancel_all']),
    input: z.record(z.string(), z.unknown()).describe('As it was asked for'),
    state: z.enum(['requested', 'accepted', 'sending', 'unknown', 'confirmed', 'failed', 'refused', 'expired']),
    isOver: z.boolean().describe('Whether this state is its last'),
    market: marketId.nullable(),
    notional: decimal.describe('Quote that it counts against the day'),
    signature: signature.nullable(),
    slot: z.number().int().nullable(),
    error: z.object({ code: z.string(), message: z.string(), action: z.string().nullable() }).nullable(),
    createdAt: at,
    goodUntil: at.describe('It is not signed later than this'),
    endedAt: at.nullable(),
  })
  .meta({
    id: 'Intent',
    description:
      'requested: taken down. accepted: within the limits. sending: signed, stored and on its way. confirmed: it is done. failed: it landed, changed nothing and cost its fee. refused: nothing was sent; `error` says why. expired: it was not signed in time, or can no longer land. unknown: nobody answers; the same bytes are tried again',
  })
export type IntentDto = z.infer<typeof intentDto>

export const intentPageInput = z.strictObject({
  cursor: z.uuid().optional().describe('nextCursor of the page before'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export const intentPageDto = z.object({
  intents: intentDto.array(),
  nextCursor: z.string().nullable().describe('Null on the last page'),
})
