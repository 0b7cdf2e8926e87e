import type { Market } from '#client/accounts.ts'
import type { NewOrder } from '#client/instructions/index.ts'
import { BASE } from '#client/math/fixed.ts'
import { slippageLimit } from '#client/math/index.ts'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, type Price, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import { AppError } from '#server/platform/errors.ts'
import type { PlaceInput } from './schema.ts'

const TIME_IN_FORCE = {
  gtc: 'goodTillCancel',
  gtt: 'goodTillTime',
  ioc: 'immediateOrCancel',
  fok: 'fillOrKill',
} as const

const ONE_GROUP = 1

type Terms = Pick<Market, 'symbol' | 'params' | 'price'>
type Stepped = 'size' | 'price' | 'trigger' | 'takeProfit' | 'stopLoss' | 'reduceOnly'
type Field = { field: string; message: string }

/**
 * The orders an intent stands for: itself, then the two that close what it opened.
 * @throws AppError BAD_INPUT that names every field the program would refuse, with the values it would take.
 */
export function newOrders(input: PlaceInput, market: Terms): NewOrder[] {
  const problems = [...stepProblems(input, market), ...combinationProblems(input)]
  if (problems.length > 0) refuse(problems)
  const price = optional(input.price)
  const isWaiting = input.trigger !== undefined || input.trailingDistance !== undefined
  const isMarket = input.type === 'market'
  const order: NewOrder = {
    kind: input.type,
    side: input.side,
    size: parseUnits(input.size, BASE_DECIMALS),
    timeInForce: TIME_IN_FORCE[input.timeInForce ?? (isMarket ? 'ioc' : 'gtc')],
    reduceOnly: input.reduceOnly,
    postOnly: input.postOnly,
    clientId: BigInt(input.clientId ?? 0),
    // One that waits gets its limit from the price that sets it off, so that no gap leaves it behind.
    limitPrice: price ?? (isMarket && !isWaiting ? defaultLimit(input.side, market) : 0n),
    expiresAt: input.expiresAt === undefined ? 0n : BigInt(Math.ceil(input.expiresAt / 1_000)),
    trailingDistance: optional(input.trailingDistance) ?? 0n,
    ...(input.trigger === undefined
      ? input.trailingDistance === undefined
        ? {}
        : { triggerDirection: input.side === 'buy' ? 'above' : 'below' }
      : { triggerDirection: input.trigger.direction, triggerPrice: parseUnits(input.trigger.price, PRICE_DECIMALS) }),
  }
  return [order, ...closingOrders(input)]
}

function closingOrders({ side, takeProfit, stopLoss }: PlaceInput): NewOrder[] {
  const isBoth = takeProfit !== undefined && stopLoss !== undefined
  const winning = side === 'buy' ? 'above' : 'below'
  const child = (price: string | undefined, triggerDirection: 'above' | 'below'): NewOrder[] =>
    price === undefined
      ? []
      : [
          {
            kind: 'market',
            side: side === 'buy' ? 'sell' : 'buy',
            size: 0n,
            reduceOnly: true,
            triggerDirection,
            triggerPrice: parseUnits(price, PRICE_DECIMALS),
            parent: 0,
            ...(isBoth ? { groupId: ONE_GROUP, oneCancelsOther: true } : {}),
          },
        ]
  return [...child(takeProfit, winning), ...child(stopLoss, winning === 'above' ? 'below' : 'above')]
}

/** The market's default distance from the oracle. @throws AppError STALE_PRICE before the first price. */
export function defaultLimit(side: 'buy' | 'sell', { symbol, params, price }: Terms): Price {
  if (price.price === 0n) throw new AppError('STALE_PRICE', { message: `${symbol} has no price yet` })
  return slippageLimit(side, price.price, params.defaultSlippageBps, params.tickSize)
}

/** Sizes come in steps and prices in ticks, and an order that adds risk has a least value. */
export function stepProblems(
  given: { [Key in Stepped]?: PlaceInput[Key] | undefined },
  { params, price }: Pick<Terms, 'params' | 'price'>,
): Field[] {
  const problems: Field[] = []
  const size = given.size === undefined ? undefined : parseUnits(given.size, BASE_DECIMALS)
  if (size !== undefined && size % params.stepSize !== 0n) {
    problems.push({ field: 'size', message: `must be a multiple of ${formatUnits(params.stepSize, BASE_DECIMALS)}` })
  }
  const prices = {
    price: given.price,
    'trigger.price': given.trigger?.price,
    takeProfit: given.takeProfit,
    stopLoss: given.stopLoss,
  }
  for (const [field, text] of Object.entries(prices)) {
    if (text !== undefined && parseUnits(text, PRICE_DECIMALS) % params.tickSize !== 0n) {
      problems.push({ field, message: `must be a multiple of ${formatUnits(params.tickSize, PRICE_DECIMALS)}` })
    }
  }
  const at = optional(given.price) ?? price.price
  if (size !== undefined && given.reduceOnly !== true && at > 0n) {
    if (size * at < params.minNotional * BASE) {
      problems.push({
        field: 'size',
        message: `is worth less than ${formatUnits(params.minNotional, QUOTE_DECIMALS)} USDC, the least an order may be`,
      })
    }
  }
  return problems
}

function combinationProblems(input: PlaceInput): Field[] {
  const { type, price, timeInForce, expiresAt, postOnly, trigger, trailingDistance, takeProfit, stopLoss } = input
  const rules: [boolean, string, string][] = [
    [type === 'limit' && price === undefined, 'price', 'a limit order needs its limit'],
    [type === 'market' && postOnly, 'postOnly', 'a market order never rests'],
    [type === 'market' && timeInForce === 'gtc', 'timeInForce', 'a market order never rests: ioc, fok or gtt'],
    [timeInForce === 'gtt' && expiresAt === undefined, 'expiresAt', 'gtt needs the time when the order leaves'],
    [timeInForce !== 'gtt' && expiresAt !== undefined, 'expiresAt', 'only an order with gtt has one'],
    [trailingDistance !== undefined && trigger !== undefined, 'trigger', 'a trailing stop finds its own trigger'],
    [trailingDistance !== undefined && type === 'limit', 'type', 'a trailing stop is a market order'],
    [
      input.reduceOnly && (takeProfit ?? stopLoss) !== undefined,
      'reduceOnly',
      'an order that only closes opens nothing to protect',
    ],
  ]
  return rules.flatMap(([isBroken, field, message]) => (isBroken ? [{ field, message }] : []))
}

export function refuse(fields: readonly Field[]): never {
  const sentence = fields.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new AppError('BAD_INPUT', { message: sentence, details: { fields } })
}

const optional = (text: string | undefined): Price | undefined =>
  text === undefined ? undefined : parseUnits(text, PRICE_DECIMALS)
