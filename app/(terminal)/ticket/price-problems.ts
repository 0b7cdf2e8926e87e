import { t, word } from '#app/i18n/t.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import { max, min } from '#client/math/fixed.ts'
import type { Price } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { priceText } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import { notionalOf } from '../account/market-view.ts'
import { nearestStep, type TicketFields } from './fields.ts'
import { crossesPool } from './matching.ts'
import { misreadText } from './misread.ts'
import { workingLimit } from './plan.ts'
import { askedPrices, type PriceField, priceIn } from './prices.ts'
import { entriesOf, type Problem, type ProblemInput, unfinished } from './problem.ts'
import { amountOf, priceOf } from './words.ts'

/** The program keeps prices in 64 bits. */
const LARGEST_PRICE = 2n ** 64n - 1n

/** What a field is called in a sentence, by the kind that shows it. */
export function nameOf(field: PriceField, kind: TicketFields['kind']): string {
  if (field === 'price') return t(kind === 'ladder' ? 'first price' : 'price')
  return t(NAMES[field])
}

const NAMES: Readonly<Record<Exclude<PriceField, 'price'>, string>> = {
  bound: word('bound'),
  trigger: word('trigger'),
  lastPrice: word('last price'),
  distance: word('distance'),
  offset: word('offset'),
  takeProfit: word('take profit'),
  stopLoss: word('stop loss'),
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
    label: t('Check the {field}', { field: name }),
    message,
    field,
    shown: true,
  })
  if (parsed === undefined) return null
  if ('empty' in parsed) {
    const isOptional = field === 'bound' || field === 'takeProfit' || field === 'stopLoss'
    if (isOptional) return null
    const isThePrice = field === 'price' && fields.kind !== 'ladder'
    const label = isThePrice ? t('Enter a price') : t('Enter the {field}', { field: name })
    return { ...unfinished('no-price', label), field }
  }
  if ('problem' in parsed) return bad(misreadText(parsed.problem, name))
  if (parsed.value > LARGEST_PRICE) return bad(t('The {field} is too large for the exchange.', { field: name }))
  if (field === 'offset' || parsed.value % market.tickSize === 0n) return null
  const nearest = nearestStep(parsed.value, market.tickSize)
  return {
    ...bad(
      t('Prices move in steps of {step}. Nearest: {price}.', {
        step: priceText(market.tickSize),
        price: priceOf(nearest, market),
      }),
    ),
    code: 'price-tick',
    remedy: {
      kind: 'price',
      label: t('Use {value}', { value: priceOf(nearest, market) }),
      field,
      price: priceText(nearest),
    },
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
  return {
    code: 'wrong-side',
    label: t('Trigger on the wrong side'),
    message: t(SET_OFF[fields.kind === 'takeProfit' ? 'takeProfit' : 'stop'][fields.side], {
      price: priceOf(oracle, market),
    }),
    field: 'trigger',
    shown: true,
    ...(become === null || trigger === oracle
      ? {}
      : {
          remedy: { kind: 'become', label: t(become === 'stop' ? 'Make it a stop' : 'Make it a take profit'), become },
        }),
  }
}

/** Which way the price goes follows from what it is and its side. */
const SET_OFF: Readonly<Record<'stop' | 'takeProfit', Readonly<Record<Side, string>>>> = {
  stop: {
    buy: word(
      'A stop that buys is set off when the price goes above its trigger, and the price is there already ({price}).',
    ),
    sell: word(
      'A stop that sells is set off when the price goes below its trigger, and the price is there already ({price}).',
    ),
  },
  takeProfit: {
    buy: word(
      'A take profit that buys is set off when the price goes below its trigger, and the price is there already ({price}).',
    ),
    sell: word(
      'A take profit that sells is set off when the price goes above its trigger, and the price is there already ({price}).',
    ),
  },
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
    label: t('Would fill at once'),
    message: t(
      fields.side === 'buy'
        ? 'At {price} the limit would trade at once and take the stop with it. Put it below the price.'
        : 'At {price} the limit would trade at once and take the stop with it. Put it above the price.',
      { price: priceOf(limit, market) },
    ),
    field: 'price',
    shown: true,
  }
}

function trailProblem({ fields, market, prices }: ProblemInput): Problem | null {
  const distance = fields.kind === 'trailing' ? priceIn(prices, 'distance') : null
  if (distance === null || distance < market.price.price) return null
  return {
    code: 'bad-price',
    label: t('Check the {field}', { field: nameOf('distance', fields.kind) }),
    message: t('The distance has to be smaller than the price itself ({price}).', {
      price: priceOf(market.price.price, market),
    }),
    field: 'distance',
    shown: true,
  }
}

function pegProblem({ fields, market, prices }: ProblemInput): Problem | null {
  if (fields.kind !== 'pegged' || priceIn(prices, 'offset') === null) return null
  if (workingLimit({ fields, prices, market }) !== null) return null
  return {
    code: 'bad-price',
    label: t('Check the {field}', { field: nameOf('offset', fields.kind) }),
    message: t('The offset leads to no price: it is further below the oracle than the price is from zero.'),
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
      label: t('Check the range'),
      message: t('{count} orders need {count} prices: widen the range, or take fewer orders.', { count: fields.count }),
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
    label: t('Orders too small'),
    message: t(
      'The smallest of the {count} orders would be {size}, below the least an order may be worth. Take a larger size, or fewer orders.',
      { count: fields.count, size: amountOf(smallest, market) },
    ),
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
    label: t('Would fill at once'),
    message: t(
      'At this price the order would trade at once, and post-only orders only rest. Move the price away from the market, or turn off post only.',
    ),
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
    return { ...unfinished('no-protection', t('Enter a take profit or a stop loss')), field: null }
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
      label: t('Check the {field}', { field: nameOf(field, fields.kind) }),
      message: t(
        isAbove
          ? 'The {field} has to be above the price at which the order fills ({price}).'
          : 'The {field} has to be below the price at which the order fills ({price}).',
        { field: nameOf(field, fields.kind), price: priceOf(reference, market) },
      ),
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
