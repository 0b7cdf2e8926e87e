import { parseAsStringLiteral } from 'nuqs/server'
import type { LeaderboardInput } from '#server/exchange/leaderboard-schema.ts'

/** What the address says of the board: over which time, by which figure. */
export type View = Pick<LeaderboardInput, 'window' | 'sort'>

export const WINDOWS = ['24h', '7d', '30d', 'all'] as const satisfies readonly View['window'][]
export const SORTS = ['pnl', 'roi', 'volume'] as const satisfies readonly View['sort'][]

export const VIEW_STATE = {
  window: parseAsStringLiteral(WINDOWS).withDefault('30d'),
  sort: parseAsStringLiteral(SORTS).withDefault('pnl'),
}

type Params = Record<string, string | string[] | undefined>

/** The same of a page's search parameters, on the server. */
export const readView = ({ window, sort }: Params): View => ({
  window: VIEW_STATE.window.parseServerSide(window),
  sort: VIEW_STATE.sort.parseServerSide(sort),
})
