import Link from 'next/link'
import { t } from '#app/i18n/t.ts'
import { loadDictionary } from './i18n/load.ts'

export default async function NotFound() {
  await loadDictionary()
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-2 bg-panel p-6 text-center">
      <h1 className="font-semibold text-xl">{t('This page does not exist')}</h1>
      <p className="text-muted">{t('The address may be mistyped, or the page has moved.')}</p>
      <Link href="/" className="mt-2 text-accent hover:underline">
        {t('Open the terminal')}
      </Link>
    </main>
  )
}
