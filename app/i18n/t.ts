import { type FormatXMLElementFn, IntlMessageFormat } from 'intl-messageformat'
import { createElement, Fragment, type ReactNode } from 'react'
import { dictionary } from './language.ts'

/** Numbers choose a plural; everything else comes as it shall stand there. */
export type Values = Readonly<Record<string, string | number>>
type RichValues = Readonly<Record<string, ReactNode | ((inner: ReactNode) => ReactNode)>>

/* Parsing costs more than a hundred uses, so each text's message is kept; they are as many as the code has texts. */
const messages = new Map<string, IntlMessageFormat>()

/**
 * `english` in the reader's language. It is an ICU message: `t('Close {market}', { market })`,
 * `t('{count, plural, one {# order} other {# orders}}', { count })`. Call it while rendering: a constant of a module
 * would keep the language of whoever came first (see `word`).
 */
export function t(english: string, values?: Values): string {
  return values === undefined ? translated(english) : String(message(english).format({ ...values }))
}

/** A sentence with elements in it: `rich('Read <a>how</a>', { a: (inner) => <a href="…">{inner}</a> })`. */
export function rich(english: string, values: RichValues): ReactNode {
  const wrapped: Record<string, ReactNode | FormatXMLElementFn<ReactNode>> = {}
  for (const [name, value] of Object.entries(values)) {
    wrapped[name] = typeof value === 'function' ? (parts: ReactNode[]) => value(keyed(parts)) : value
  }
  const parts = message(english).format<ReactNode>(wrapped)
  return Array.isArray(parts) ? keyed(parts) : parts
}

/** Marks a text of a constant, which is translated where it is shown: `t(LABELS[kind])`. */
export const word = <Text extends string>(english: Text): Text => english

/** A label in the middle of a sentence: English writes it small there, a German noun keeps its capital. */
export const midSentence = (label: string): string => (dictionary().language === 'en' ? label.toLowerCase() : label)

const translated = (english: string): string => dictionary().words[english] ?? english

function message(english: string): IntlMessageFormat {
  const { language } = dictionary()
  const key = `${language} ${english}`
  const known = messages.get(key)
  if (known !== undefined) return known
  const made = new IntlMessageFormat(translated(english), language)
  messages.set(key, made)
  return made
}

const keyed = (parts: readonly ReactNode[]): ReactNode =>
  // The parts of one sentence never change places.
  parts.map((part, place) => createElement(Fragment, { key: place }, part))
