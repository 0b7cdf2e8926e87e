import { pageRequest } from '../page-request.ts'

/** The languages of the product. Each text stands in the code in English and is its own key; `de/` holds the others. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
/** What a reader may choose. */
export const LANGUAGE_CHOICES = ['browser', ...LANGUAGES] as const
export type LanguageChoice = (typeof LANGUAGE_CHOICES)[number]
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

/** `words` leads from the English text to the other; English needs none. */
export type Dictionary = { language: Language; words: Readonly<Record<string, string>> }

export const ENGLISH: Dictionary = { language: 'en', words: {} }

let ofThisPage = ENGLISH

/** On the server every request has its own; in the browser there is one reader. */
export function setDictionary(dictionary: Dictionary): void {
  const request = pageRequest()
  if (request !== undefined) request.dictionary = dictionary
  else if (typeof window !== 'undefined') ofThisPage = dictionary
}

export const dictionary = (): Dictionary => pageRequest()?.dictionary ?? ofThisPage

/** Locale for dates: the day before the month's name differs, the clock does not. */
export const dateLocale = (): string => (dictionary().language === 'de' ? 'de-DE' : 'en-US')

/** The chosen one, else the first of the browser's `Accept-Language` that we have, else English. */
export function languageOf(choice: LanguageChoice, accepted: string | null): Language {
  if (choice !== 'browser') return choice
  const wanted = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find((q) => q !== undefined)
      return { code: tag.slice(0, 2).toLowerCase(), quality: Number(quality ?? '1') }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return (
    wanted.map(({ code }) => LANGUAGES.find((language) => language === code)).find((found) => found !== undefined) ??
    'en'
  )
}
