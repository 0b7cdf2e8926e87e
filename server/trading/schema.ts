import { z } from 'zod'
import { address, at, decimal, marketId, side, signature, timeInForce } from '#server/exchange/schema.ts'

/** What the API takes and answers about orders. Sizes in base, prices in quote per base, as exact decimal text. */

const positive = (decimals: number, what: string, example: string) =>
  z
    .string()
    .max(24)
    .regex(
      new RegExp(`^(?=.*[1-9])\\d{1,11}(\\.\\d{1,${decimals}})?$`),
      `must be a number above 0 with at most ${decimals} decimals`,
    )
    .meta({ description: what, examples: [example] })
const size = positive(9, 'Base', '1.5')
const price = positive(6, 'Quote per base', '143.27')

/** On the wire it is a u64 of the program. */
const orderId = z
  .string()
  .regex(/^\d{1,19}$/, 'must be digits')
  .meta({ description: 'Number of the order within its sub-account', examples: ['12'] })
const clientId = z
  .string()
  .regex(/^[1-9]\d{0,18}$/, 'must be a whole number above 0')
  .meta({ description: "Your own number of the order, unique among the sub-account's open orders", examples: ['1001'] })

/** Who acts, in which sub-account, and what is offered for haste. */
const acting = {
  subAccountId: z.number().int().min(0).max(65_535).default(0).describe("Which of the wallet's sub-accounts"),
  signer: address
    .optional()
    .describe('Who signs and pays the network fee: the wallet itself, or the delegate of the sub-account'),
  priorityFee: z
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .default(0)
    .describe('Offered for haste, micro-lamports per compute unit'),
}

const trigger = z
  .strictObject({
    price,
    direction: z.enum(['above', 'below']).describe('Side of the trigger price on which the oracle sets it off'),
  })
  .describe('The order sleeps until the oracle has come to this price')

export const placeInput = z.strictObject({
  ...acting,
  market: marketId,
  side,
  type: z.enum(['market', 'limit']),
  size,
  price: price
    .optional()
    .describe('Of a limit order its limit; of a market order the worst price, else the default slippage of the market'),
  timeInForce: timeInForce
    .optional()
    .describe('gtc for a limit order, ioc for a market order, unless it says otherwise'),
  expiresAt: at.optional().describe('With gtt: when the order leaves, ms'),
  reduceOnly: z.boolean().default(false),
  postOnly: z.boolean().default(false),
  clientId: clientId.optional(),
  trigger: trigger.optional(),
  trailingDistance: price.optional().describe('A trailing stop: its trigger follows the best price at this distance'),
  takeProfit: price.optional().describe('Closes what the order opened once the oracle has come this far'),
  stopLoss: price.optional().describe('Closes what the order opened once the oracle has come back this far'),
})
export type PlaceInput = z.output<typeof placeInput>

export const modifyInput = z.strictObject({
  ...acting,
  orderId,
  size: size.optional().describe('With what has filled; unchanged when left out'),
  price: price.optional().describe('Unchanged when left out'),
  triggerPrice: price.optional().describe('Unchanged when left out; an order that was set off has none'),
})
export type ModifyInput = z.output<typeof modifyInput>

export const cancelInput = z.strictObject({
  ...acting,
  orderId: orderId.optional(),
  clientId: clientId.optional().describe('Instead of the order id'),
})
export type CancelInput = z.output<typeof cancelInput>

export const cancelAllInput = z.strictObject({
  ...acting,
  market: marketId.optional().describe('Only the orders of this market'),
})
export type CancelAllInput = z.output<typeof cancelAllInput>

export const closeInput = z.strictObject({
  ...acting,
  market: marketId,
  fraction: z.number().int().min(1).max(10_000).default(10_000).describe('Part of the position to close, 10 000 = all'),
  price: price.optional().describe('No fill is worse; else the default slippage of the market'),
  clientId: clientId.optional(),
})
export type CloseInput = z.output<typeof closeInput>

export const preparedDto = z
  .object({
    transaction: z.string().describe('Unsigned, base64: sign its message with `signer` and hand it to submit'),
    signer: address,
    subAccount: address,
    lastValidBlockHeight: z.number().int().describe('After this block the transaction can no longer land'),
    computeUnits: z.number().int().describe('What it used when it was tried'),
    networkFee: decimal.describe('SOL that the signer pays whatever becomes of it'),
    estimate: z
      .object({
        worstPrice: decimal.nullable().describe('No fill is worse; null where the price that sets it off decides'),
        notional: decimal.describe('Quote, at the worst price or, without one, at the oracle'),
        tradingFee: decimal.describe('Quote, at most: of a taker without a discount'),
        keeperReward: decimal.describe('Quote, paid to whoever executes the fill'),
      })
      .nullable()
      .describe('What a fill of the whole order costs at most; null for a cancel'),
  })
  .meta({ id: 'PreparedTransaction' })
export type PreparedDto = z.infer<typeof preparedDto>

export const submitInput = z.strictObject({
  transaction: z
    .string()
    .max(1_644)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64')
    .describe('Signed, base64'),
})

const failure = z.object({
  code: z.string().describe('Name of the error of the program or the chain'),
  message: z.string(),
  action: z.string().nullable().describe('What to do'),
})

export const outcomeDto = z
  .discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('confirmed'), signature, slot: z.number().int() }),
    z.object({ outcome: z.literal('failed'), signature, slot: z.number().int(), error: failure }),
    z.object({ outcome: z.literal('refused'), signature, error: failure }),
    z.object({ outcome: z.literal('expired'), signature }),
    z.object({ outcome: z.literal('unknown'), signature, reason: z.string() }),
  ])
  .meta({
    id: 'TransactionOutcome',
    description:
      'confirmed: it is done. failed: it landed, changed nothing and cost its fee. refused: trying it failed, nothing was sent. expired: it can no longer land. unknown: it may still land; submit the same bytes again to learn more',
  })
export type OutcomeDto = z.infer<typeof outcomeDto>
