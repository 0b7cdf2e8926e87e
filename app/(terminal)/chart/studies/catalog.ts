import { word } from '../../../i18n/t.ts'
import type { Bar } from '../candles.ts'
import {
  bollingerBands,
  dailyVwap,
  exponentialMovingAverage,
  macd,
  movingAverage,
  relativeStrength,
} from './indicators.ts'
import type { Values } from './series.ts'

/* The indicators a chart can show: what they are called, what can be set, and how they are drawn. */

export const STUDY_KINDS = ['ma', 'ema', 'bb', 'vwap', 'rsi', 'macd'] as const
export type StudyKind = (typeof STUDY_KINDS)[number]

/** Names of tokens, so that a study follows the theme. */
export const STUDY_COLORS = ['accent', 'info', 'warn', 'up', 'down', 'text'] as const
export type StudyColor = (typeof STUDY_COLORS)[number]

/** One indicator on a chart. `inputs` in the order of its kind's settings. */
export type Study = { id: string; kind: StudyKind; inputs: readonly number[]; color: StudyColor; hidden: boolean }

type Input = { label: string; initial: number; least: number; most: number; decimals: number }
type Plot = { shape: 'line' | 'columns'; color: StudyColor | 'own' }

type Kind = {
  /** In the legend. */
  short: string
  /** In the menu. */
  name: string
  hint: string
  /** Over the candles, or below them on a scale of its own. */
  place: 'price' | 'below'
  inputs: readonly Input[]
  plots: readonly Plot[]
  /** Values worth a line across its own scale. */
  levels: readonly number[]
  /** Ends of its own scale, where they are always the same. */
  range?: readonly [number, number]
  color: StudyColor
  /** One run of values per plot. */
  compute: (bars: readonly Bar[], inputs: readonly number[]) => readonly Values[]
}

const length = (label: string, initial: number): Input => ({ label, initial, least: 1, most: 500, decimals: 0 })
const line = (color: Plot['color'] = 'own'): Plot => ({ shape: 'line', color })
const over = { place: 'price', levels: [], plots: [line()] } as const

export const STUDIES: Readonly<Record<StudyKind, Kind>> = {
  ma: {
    ...over,
    short: 'MA',
    name: word('Moving average'),
    hint: word('simple'),
    inputs: [length(word('Length'), 50)],
    color: 'warn',
    compute: (bars, [size = 50]) => [movingAverage(bars, size)],
  },
  ema: {
    ...over,
    short: 'EMA',
    name: word('Exponential average'),
    hint: word('newest count most'),
    inputs: [length(word('Length'), 21)],
    color: 'accent',
    compute: (bars, [size = 21]) => [exponentialMovingAverage(bars, size)],
  },
  bb: {
    ...over,
    short: 'BB',
    name: word('Bollinger bands'),
    hint: word('average and spread'),
    inputs: [length(word('Length'), 20), { label: word('Deviations'), initial: 2, least: 0.1, most: 10, decimals: 1 }],
    plots: [line(), line(), line()],
    color: 'info',
    compute(bars, [size = 20, width = 2]) {
      const { middle, upper, lower } = bollingerBands(bars, size, width)
      return [middle, upper, lower]
    },
  },
  vwap: {
    ...over,
    short: 'VWAP',
    name: 'VWAP',
    hint: word('by volume, since 00:00 UTC'),
    inputs: [],
    color: 'info',
    compute: (bars) => [dailyVwap(bars)],
  },
  rsi: {
    short: 'RSI',
    name: word('Relative strength'),
    hint: '0 – 100',
    place: 'below',
    inputs: [length(word('Length'), 14)],
    plots: [line()],
    levels: [30, 70],
    range: [0, 100],
    color: 'info',
    compute: (bars, [size = 14]) => [relativeStrength(bars, size)],
  },
  macd: {
    short: 'MACD',
    name: 'MACD',
    hint: word('fast less slow average'),
    place: 'below',
    inputs: [length(word('Fast'), 12), length(word('Slow'), 26), length(word('Signal'), 9)],
    plots: [{ shape: 'columns', color: 'own' }, line(), line('warn')],
    levels: [],
    color: 'accent',
    compute(bars, [fast = 12, slow = 26, signalLength = 9]) {
      const found = macd(bars, fast, slow, signalLength)
      return [found.histogram, found.line, found.signal]
    },
  },
}

/** A new one with its usual settings. */
export const newStudy = (kind: StudyKind, id: string): Study => ({
  id,
  kind,
  inputs: STUDIES[kind].inputs.map(({ initial }) => initial),
  color: STUDIES[kind].color,
  hidden: false,
})

/** "EMA 21", "MACD 12 26 9". */
export const studyName = ({ kind, inputs }: Pick<Study, 'kind' | 'inputs'>): string =>
  [STUDIES[kind].short, ...inputs].join(' ')

/** The number within what the setting allows; null for text that is no number. */
export function inputValue(text: string, { least, most, decimals }: Input): number | null {
  const value = text === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) return null
  return Number(Math.min(most, Math.max(least, value)).toFixed(decimals))
}
