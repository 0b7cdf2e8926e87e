import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { parseSettings, SETTINGS_COOKIE } from '../data/settings.ts'
import { de } from './de/index.ts'
import { type Dictionary, ENGLISH, languageOf, setDictionary } from './language.ts'
import { t } from './t.ts'

/** For what the server renders of this request. Only the server imports it: a browser gets the one language it needs. */
export async function loadDictionary(): Promise<Dictionary> {
  const { language } = parseSettings((await cookies()).get(SETTINGS_COOKIE)?.value)
  const dictionary =
    languageOf(language, (await headers()).get('accept-language')) === 'de'
      ? ({ language: 'de', words: de } as const)
      : ENGLISH
  setDictionary(dictionary)
  return dictionary
}

/** A page's title in the reader's language: `export const generateMetadata = titled('Pool')`. */
export const titled = (title: string) => async (): Promise<Metadata> => {
  await loadDictionary()
  return { title: t(title) }
}
