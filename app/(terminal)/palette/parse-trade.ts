import { numberMarks } from '#app/ui/format-choice.ts'

/** What a sentence typed into the palette asks for; markets are named as they are known. */
export type Sentence =
  | {
      kind: 'order'
      side: 'buy' | 'sell'
      market: string
      size: string
      unit: 'base' | 'quote' | 'percent'
      price: string | null
    }
  | { kind: 'close'; market: string; fractionBps: number }
  | { kind: 'reverse'; market: string }
  | { kind: 'alert'; market: string; at: string }

const SIDES: Readonly<Record<string, 'buy' | 'sell'>> = {
  buy: 'buy',
  long: 'buy',
  b: 'buy',
  sell: 'sell',
  short: 'sell',
  s: 'sell',
  kaufe: 'buy',
  kaufen: 'buy',
  verkaufe: 'sell',
  verkaufen: 'sell',
}
const CLOSE = ['close', 'schließe', 'schließen', 'schliesse', 'schliessen']
const REVERSE = ['reverse', 'umkehren']
const ALERT = ['alert', 'alarm']
const NUMBER = /^\$?(\d+(?:\.\d+)?)(%|k)?$/
/** Words that only help to read. */
const FILLERS = [
  ['of', 'at', '@', 'for', 'my', 'the', 'position', 'price', 'when', 'reaches', 'hits', 'limit', 'above', 'below'],
  ['von', 'zu', 'bei', 'für', 'meine', 'meiner', 'die', 'der', 'preis', 'wenn', 'erreicht', 'über', 'unter'],
].flat()
const FRACTIONS: Readonly<Record<string, number>> = {
  all: 10_000,
  half: 5_000,
  quarter: 2_500,
  alles: 10_000,
  hälfte: 5_000,
  viertel: 2_500,
}
const QUOTE_WORDS = ['usdc', 'usd', '$', 'dollars']

type Words = { amounts: { text: string; unit: 'percent' | 'quote' | null }[]; market: string | null; rest: string[] }

/**
 * "buy 2 sol", "short 500 usdc btc at 91000", "sell 25% eth", "close half sol", "reverse", "alert sol 150". Without a
 * market it is the one that is open. Understood in every language of the page, whichever it speaks. Null when it is no
 * whole sentence yet.
 */
export function parseSentence(typed: string, markets: readonly string[], open: string): Sentence | null {
  const [verb = '', ...words] = typed
    .toLowerCase()
    .replace(/@(?=\S)/g, '@ ')
    .replace(/,(?=\s|$)/g, '')
    .split(/\s+/)
    .filter(Boolean)
    .map(plainNumber)
  const said = read(words, markets)
  if (said === null) return null
  const market = said.market ?? open
  const side = SIDES[verb]
  if (side !== undefined) return order(side, market, said)
  if (CLOSE.includes(verb)) return close(market, said)
  if (REVERSE.includes(verb) && said.amounts.length + said.rest.length === 0) return { kind: 'reverse', market }
  const [at] = said.amounts
  if (ALERT.includes(verb) && at?.unit !== 'percent' && at !== undefined && said.amounts.length === 1) {
    return said.rest.length === 0 ? { kind: 'alert', market, at: at.text } : null
  }
  return null
}

/** `word` without what parts thousands, with a point before its decimals: "91,000", where the reader writes so "2,5". */
function plainNumber(word: string): string {
  const { group, point } = numberMarks()
  const parted = point === '.' ? ',' : group
  const isParted = new RegExp(`^\\$?\\d{1,3}(?:\\${parted}\\d{3})+(?!\\d)`).test(word)
  return (isParted ? word.replaceAll(parted, '') : word).replace(/(?<=\d),(?=\d)/, '.')
}

/** Null when a word means nothing. */
function read(words: readonly string[], markets: readonly string[]): Words | null {
  const said: Words = { amounts: [], market: null, rest: [] }
  for (const word of words) {
    const amount = NUMBER.exec(word)
    const market = markets.find((id) => id.toLowerCase() === word || id.split('-')[0]?.toLowerCase() === word)
    if (amount !== null) said.amounts.push(amountOf(word, amount))
    else if (market !== undefined && said.market === null) said.market = market
    else if (QUOTE_WORDS.includes(word)) {
      const last = said.amounts.at(-1)
      if (last !== undefined && last.unit === null) last.unit = 'quote'
    } else if (FRACTIONS[word] !== undefined) said.rest.push(word)
    else if (!FILLERS.includes(word)) return null
  }
  return said
}

function amountOf(word: string, [, digits = '', unit]: RegExpExecArray): Words['amounts'][number] {
  const text = unit === 'k' ? thousands(digits) : digits
  return { text, unit: unit === '%' ? 'percent' : word.startsWith('$') ? 'quote' : null }
}

/** "2.5" thousand is "2500", exactly. */
function thousands(digits: string): string {
  const [whole = '0', fraction = ''] = digits.split('.')
  const moved = `${whole}${fraction.slice(0, 3).padEnd(3, '0')}`.replace(/^0+(?=\d)/, '')
  return fraction.length > 3 ? `${moved}.${fraction.slice(3)}` : moved
}

function order(side: 'buy' | 'sell', market: string, { amounts, rest }: Words): Sentence | null {
  const [size, price, ...more] = amounts
  if (size === undefined || more.length > 0 || rest.length > 0 || /^[0.]+$/.test(size.text)) return null
  if (price?.unit === 'percent') return null
  return { kind: 'order', side, market, size: size.text, unit: size.unit ?? 'base', price: price?.text ?? null }
}

function close(market: string, { amounts, rest }: Words): Sentence | null {
  const [share, ...more] = amounts
  const [word, ...others] = rest
  if (more.length + others.length > 0 || (share !== undefined && word !== undefined)) return null
  if (word !== undefined) return { kind: 'close', market, fractionBps: FRACTIONS[word] ?? 10_000 }
  if (share === undefined) return { kind: 'close', market, fractionBps: 10_000 }
  const fractionBps = Math.round(Number(share.text) * 100)
  return share.unit === 'percent' && fractionBps >= 1 && fractionBps <= 10_000
    ? { kind: 'close', market, fractionBps }
    : null
}
