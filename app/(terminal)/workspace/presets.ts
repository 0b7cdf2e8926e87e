import { word } from '../../i18n/t.ts'
import { type Layout, readLayout } from './tree.ts'

/** Screens differ so much that each width has a layout of its own; phones are not docked at all. */
export const BREAKPOINTS = ['medium', 'wide', 'ultra'] as const
export type Breakpoint = (typeof BREAKPOINTS)[number]

/** As the style sheet has them (global.css): where `wide` and `ultra` begin. */
export const MEDIA: Readonly<Record<Breakpoint, string>> = {
  medium: '(max-width: 1179.98px)',
  wide: '(min-width: 1180px) and (max-width: 1799.98px)',
  ultra: '(min-width: 1800px)',
}

export const PRESETS = ['chart', 'book', 'compact'] as const
export type Preset = (typeof PRESETS)[number]
export const DEFAULT_PRESET: Preset = 'chart'

export const PRESET_LABEL: Readonly<Record<Preset, { label: string; hint: string }>> = {
  chart: { label: word('Chart first'), hint: word('the book beside it') },
  book: { label: word('Book first'), hint: word('book, trades and depth') },
  compact: { label: word('Compact'), hint: word('one column beside the chart') },
}

const TEXTS: Readonly<Record<Breakpoint, Readonly<Record<Preset, string>>>> = {
  medium: {
    chart: 'row(column(chart*+depth@9fr~book*+trades@8fr~activity*@5fr)@1fr~column(ticket*@1fr~account*@172px)@300px)',
    book: 'row(column(row(book*@1fr~trades*@1fr)@5fr~chart*+depth@4fr~activity*@3fr)@1fr~column(ticket*@1fr~account*@172px)@300px)',
    compact: 'row(column(chart*+depth@1fr~activity*@200px)@1fr~ticket*+book+trades+account@292px)',
  },
  wide: {
    chart:
      'row(column(row(chart*+depth@1fr~book*+trades@268px)@1fr~activity*@216px)@1fr~column(ticket*@1fr~account*@172px)@312px)',
    book: 'row(book*@290px~column(depth*@190px~trades*@1fr)@250px~column(chart*@1fr~activity*@216px)@1fr~column(ticket*@1fr~account*@172px)@300px)',
    compact: 'row(column(chart*+depth@1fr~activity*@180px)@1fr~ticket*+book+trades+account@300px)',
  },
  ultra: {
    chart:
      'row(column(row(chart*@1fr~book*@290px~column(depth*@240px~trades*@1fr)@270px)@1fr~activity*@260px)@1fr~column(ticket*@1fr~account*@172px)@336px)',
    book: 'row(book*@340px~column(depth*@260px~trades*@1fr)@320px~column(chart*@1fr~activity*@260px)@1fr~column(ticket*@1fr~account*@172px)@336px)',
    compact: 'row(column(chart*+depth@1fr~activity*@220px)@1fr~ticket*+book+trades+account@312px)',
  },
}

export function presetText(breakpoint: Breakpoint, preset: Preset): string {
  return TEXTS[breakpoint][preset]
}

/** The layout kept as `text`: a preset's name or a layout of the user's own; what cannot be read gives the default. */
export function layoutOf(breakpoint: Breakpoint, text: string | undefined): Layout {
  const texts: Readonly<Record<string, string>> = TEXTS[breakpoint]
  const kept = text === undefined ? undefined : readLayout(texts[text] ?? text)
  const layout = kept ?? readLayout(TEXTS[breakpoint][DEFAULT_PRESET])
  if (layout === undefined) throw new Error(`The preset ${DEFAULT_PRESET} of ${breakpoint} is not a layout`)
  return layout
}
