import { titled } from '#app/i18n/load.ts'
import { Unsubscribe } from './Unsubscribe.tsx'

export const generateMetadata = titled('Unsubscribe')

/** Where the link at the end of every mail leads. It asks, because scanners of mail follow links too. */
export default async function Page({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams
  return <Unsubscribe token={typeof token === 'string' ? token : ''} />
}
