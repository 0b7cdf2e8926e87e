import type { NewOrder } from '#client/instructions/orders.ts'
import { max, min } from '#client/math/fixed.ts'
import type { Price } from '#client/units.ts'
import { priceText } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import { notionalOf } from '../account/market-view.ts'
import { nearestStep, type TicketFields } from './fields.ts'
import { crossesPool } from './matching.ts'
import { workingLimit } from './plan.ts'
import { askedPrices, type PriceField, priceIn } from './prices.ts'
import { entriesOf, type Problem, type ProblemInput, unfinished } from './problem.ts'
import { priceOf, sizeOf } from './words.ts'

/** The program keeps prices in 64 bits. */
const LARGEST_PRICE = 2n ** 64n - 1n

/** What a field is called in a sentence, by the kind that shows it. */
export function nameOf(field: PriceField, kind: TicketFields['kind']): string {
  if (field === 'price') return kind === 'ladder' ? 'first price' : 'price'
  return NAMES[field]
}

const NAMES: Readonly<Record<Exclude<PriceField, 'price'>, string>> = {
  bound: 'bound',
  trigger: 'trigger',
  lastPrice: 'last price',
  distance: 'distance',
  offset: 'offset',
  takeProfit: 'take profit',
  stopLoss: 'stop loss',
}

/** Of the prices that the kind asks for: missing, no number, off the tick, or where the program refuses it. */
export function priceProblem(input: ProblemInput): Problem | null {
  for (const field of askedPrices(input.fields)) {
    const problem = readingProblem(field, input)
    if (problem !== null) return problem
  }
  return sideProblem(input) ?? trailProblem(input) ?? pegProblem(input)
}

function readingProblem(field: PriceField, { fields, market, prices }: ProblemInput): Problem | null {
  const parsed = prices[field]
  const name = nameOf(field, fields.kind)
  const bad = (message: string): Problem => ({
    code: 'bad-price',
    label: `Check the ${name}`,
    message,
    field,
    shown: true,
  })
  if (parsed === undefined) return null
  if ('empty' in parsed) {
    const isOptional = fields.kind === 'twap' || field === 'bound' || field === 'takeProfit' || field === 'stopLoss'
    const article = name === 'price' ? 'a' : 'the'
    return isOptional ? null : { ...unfinished('no-price', `Enter ${article} ${name}`), field }
  }
  if ('problem' in parsed) return bad(`The ${name} ${parsed.problem}.`)
  if (parsed.value > LARGEST_PRICE) return bad(`The ${name} is too large for the exchange.`)
  if (field === 'offset' || parsed.value % market.tickSize === 0n) return null
  const nearest = nearestStep(parsed.value, market.tickSize)
  return {
    ...bad(`Prices move in steps of ${priceText(market.tickSize)}. Nearest: ${priceOf(nearest, market)}.`),
    code: 'price-tick',
    remedy: { kind: 'price', label: `Use ${priceOf(nearest, market)}`, field, price: priceText(nearest) },
  }
}

/** A trigger that the price has reached already is refused; on that side it would be the other kind of order. */
function sideProblem({ fields, market, prices, plan }: ProblemInput): Problem | null {
  const trigger = priceIn(prices, 'trigger')
  const oracle = market.price.price
  const waiting = entriesOf(plan).find(({ triggerPrice }) => triggerPrice !== undefined)
  const direction = waiting?.triggerDirection ?? directionOf(fields)
  if (trigger === null || direction === null) return null
  if (direction === 'above' ? trigger > oracle : trigger < oracle) return ocoProblem(fields, prices, market)
  const become = fields.kind === 'stop' ? 'takeProfit' : fields.kind === 'takeProfit' ? 'stop' : null
  const what = fields.kind === 'takeProfit' ? 'take profit' : 'stop'
  const where = direction === 'above' ? 'above' : 'below'
  return {
    code: 'wrong-side',
    label: 'Trigger on the wrong side',
    message: `A ${what} that ${fields.side}s is set off when the price goes ${where} its trigger, and the price is there already (${priceOf(oracle, market)}).`,
    field: 'trigger',
    shown: true,
    ...(become === null || trigger === oracle
      ? {}
      : { remedy: { kind: 'become', label: `Make it a ${become === 'stop' ? 'stop' : 'take profit'}`, become } }),
  }
}

/** Before there is a size there is no plan yet, but the trigger can be judged. */
function directionOf({ kind, side }: TicketFields): 'above' | 'below' | null {
  if (kind !== 'stop' && kind !== 'takeProfit' && kind !== 'oco') return null
  return (kind === 'takeProfit') === (side === 'sell') ? 'above' : 'below'
}

/** The limit of a pair stands on the other side of the price than its stop. */
function ocoProblem(fields: TicketFields, prices: ProblemInput['prices'], market: MarketView): Problem | null {
  const limit = fields.kind === 'oco' ? priceIn(prices, 'price') : null
  if (limit === null || !crossesPool(fields.side, limit, market)) return null
  return {
    code: 'wrong-side',
    label: 'Would fill at once',
    message: `At ${priceOf(limit, market)} the limit would trade at once and take the stop with it. Put it ${fields.side === 'buy' ? 'below' : 'above'} the price.`,
    field: 'price',
    shown: true,
  }
}

function trailProblem({ fields, market, prices }: ProblemInput): Problem | null {
  const distance = fields.kind === 'trailing' ? priceIn(prices, 'distance') : null
  if (distance === null || distance < market.price.price) return null
  return {
    code: 'bad-price',
    label: 'Check the distance',
    message: `The distance has to be smaller than the price itself (${priceOf(market.price.price, market)}).`,
    field: 'distance',
    shown: true,
  }
}

function pegProblem({ fields, market, prices }: ProblemInput): Problem | null {
  if (fields.kind !== 'pegged' || priceIn(prices, 'offset') === null) return null
  if (workingLimit({ fields, prices, market }) !== null) return null
  return {
    code: 'bad-price',
    label: 'Check the offset',
    message: 'The offset leads to no price: it is further below the oracle than the price is from zero.',
    field: 'offset',
    shown: true,
  }
}

/** A ladder's rungs are orders of their own: each on its own tick, each large enough. */
export function ladderProblem({ fields, market, prices, plan }: ProblemInput): Problem | null {
  const [first, last] = [priceIn(prices, 'price'), priceIn(prices, 'lastPrice')]
  if (fields.kind !== 'ladder' || first === null || last === null) return null
  const span = first > last ? first - last : last - first
  if (span < market.tickSize * BigInt(fields.count - 1)) {
    return {
      code: 'ladder-range',
      label: 'Check the range',
      message: `${fields.count} orders need ${fields.count} prices: widen the range, or take fewer orders.`,
      field: 'lastPrice',
      shown: true,
    }
  }
  const smallest = plan?.orders.reduce<bigint | null>(
    (least, { size }) => (least === null || size < least ? size : least),
    null,
  )
  if (
    smallest == null ||
    (smallest > 0n && (fields.reduceOnly || notionalOf(smallest, market) >= market.minNotional))
  ) {
    return null
  }
  return {
    code: 'below-minimum',
    label: 'Orders too small',
    message: `The smallest of the ${fields.count} orders would be ${sizeOf(smallest, market)} ${market.baseSymbol}, below the least an order may be worth. Take a larger size, or fewer orders.`,
    field: 'size',
    shown: true,
  }
}

/** A post-only order whose first step the pool would fill is refused by the program. */
export function restProblem({ fields, market, prices, plan }: ProblemInput): Problem | null {
  if (!fields.postOnly) return null
  const pegged = fields.kind === 'pegged' ? workingLimit({ fields, prices, market }) : null
  const limits = pegged === null ? entriesOf(plan).map(({ limitPrice }) => limitPrice ?? 0n) : [pegged]
  if (!limits.some((limit) => crossesPool(fields.side, limit, market))) return null
  return {
    code: 'would-take',
    label: 'Would fill at once',
    message:
      'At this price the order would trade at once, and post-only orders only rest. Move the price away from the market, or turn off post only.',
    field: fields.kind === 'pegged' ? 'offset' : 'price',
    shown: true,
  }
}

/** A bracket's children must have their work before them at the price their parent fills at. */
export function protectionProblem(input: ProblemInput): Problem | null {
  const { fields, market, prices, plan } = input
  if (!fields.protect) return null
  const given = (['takeProfit', 'stopLoss'] as const).filter((field) => prices[field] !== undefined)
  for (const field of given) {
    const problem = readingProblem(field, input)
    if (problem !== null) return problem
  }
  if (given.length > 0 && given.every((field) => priceIn(prices, field) === null)) {
    return { ...unfinished('no-protection', 'Enter a take profit or a stop loss'), field: null }
  }
  const [parent] = entriesOf(plan)
  if (parent === undefined) return null
  const reference = entryReference(parent, input)
  for (const field of given) {
    const trigger = priceIn(prices, field)
    const isAbove = (field === 'takeProfit') === (fields.side === 'buy')
    if (trigger === null || (isAbove ? trigger > reference : trigger < reference)) continue
    return {
      code: 'wrong-side',
      label: `Check the ${NAMES[field]}`,
      message: `The ${NAMES[field]} has to be ${isAbove ? 'above' : 'below'} the price at which the order fills (${priceOf(reference, market)}).`,
      field,
      shown: true,
    }
  }
  return null
}

/** Where the oracle stands, at best for a trigger, when the parent fills: the program's `entry_price`. */
function entryReference(parent: NewOrder, input: ProblemInput): Price {
  const from = parent.triggerPrice ?? input.market.price.price
  const limit = parent.kind === 'market' ? null : workingLimit(input)
  if (limit === null) return from
  return parent.side === 'buy' ? min(limit, from) : max(limit, from)
}
