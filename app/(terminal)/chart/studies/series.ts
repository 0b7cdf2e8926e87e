/*
 * The arithmetic of indicators: a run of numbers to a run of the same length, null where there is nothing to say yet.
 * Floats are right here: what comes out becomes pixels and a figure in the legend, never an order.
 */

export type Value = number | null
export type Values = readonly Value[]

/** Mean of the last `length` values. */
export function simpleAverage(values: readonly number[], length: number): Value[] {
  let sum = 0
  return values.map((value, at) => {
    sum += value
    if (at >= length) sum -= values[at - length] ?? 0
    return at < length - 1 ? null : sum / length
  })
}

/** Exponential average with weight 2 / (length + 1), begun with the simple one. Leading nulls are passed over. */
export function exponentialAverage(values: Values, length: number): Value[] {
  return smoothed(values, length, 2 / (length + 1))
}

/** Wilder's average: exponential with weight 1 / length, begun with the simple one. */
export function wilderAverage(values: Values, length: number): Value[] {
  return smoothed(values, length, 1 / length)
}

function smoothed(values: Values, length: number, weight: number): Value[] {
  let average = 0
  let seen = 0
  return values.map((value) => {
    if (value === null) return null
    seen += 1
    if (seen <= length) average += value / length
    else average += (value - average) * weight
    return seen < length ? null : average
  })
}

/** Standard deviation of the last `length` values, of the whole population as Bollinger has it. */
export function deviation(values: readonly number[], length: number): Value[] {
  return simpleAverage(values, length).map((mean, at) => {
    if (mean === null) return null
    let squares = 0
    for (let i = at - length + 1; i <= at; i += 1) squares += ((values[i] ?? 0) - mean) ** 2
    return Math.sqrt(squares / length)
  })
}

/** `combine` of two runs, where both have a value. */
export function combined(a: Values, b: Values, combine: (a: number, b: number) => number): Value[] {
  return a.map((left, at) => {
    const right = b[at]
    return left === null || right === null || right === undefined ? null : combine(left, right)
  })
}
