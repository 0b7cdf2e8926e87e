import { titled } from '#app/i18n/load.ts'
import { prefetch } from '#app/server-caller.ts'
import { Leaderboard } from './Leaderboard.tsx'
import { readView } from './view.ts'

export const generateMetadata = titled('Leaderboard')

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function LeaderboardPage({ searchParams }: PageProps) {
  const view = readView(await searchParams)
  const board = await prefetch((caller) => caller.leaderboard.get(view))
  return <Leaderboard first={board === undefined ? undefined : { view, board }} />
}
