import { titled } from '#app/i18n/load.ts'
import { FinishLink } from './FinishLink.tsx'

export const generateMetadata = titled('Linked accounts')

export default async function Page({ params }: { params: Promise<{ provider: string }> }) {
  return <FinishLink provider={(await params).provider} />
}
