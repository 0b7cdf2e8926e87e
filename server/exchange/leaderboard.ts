import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { sharedFor } from '#server/platform/shared-for.ts'
import { listTraderResults, type TraderResult } from './leaderboard-repo.ts'
import type { LeaderboardDto, LeaderboardInput, LeaderboardRowDto } from './leaderboard-schema.ts'

const SHOWN = 100
/** However many look at the board, the fills of a time are summed up once in so long. */
const SHARED_MS = 5_000

type Window = LeaderboardInput['window']
const boards = new WeakMap<Db, Map<Window, () => Promise<TraderResult[]>>>()

/** The best of a time by the chosen figure, and a wallet's own row wherever it stands. */
export async function readLeaderboard(
  { db, clock }: { db: Db; clock: Clock },
  { window, sort, authority }: LeaderboardInput,
): Promise<LeaderboardDto> {
  const results = await sharedResults(db, clock, window)
  const ranked = results.toSorted((a, b) => better(a, b, sort) || (a.authority < b.authority ? -1 : 1))
  const own = ranked.findIndex((result) => result.authority === authority)
  const [ownResult] = own === -1 ? [] : ranked.slice(own)
  return {
    rows: ranked.slice(0, SHOWN).map(toRow),
    own: ownResult === undefined ? null : toRow(ownResult, own),
    traders: ranked.length,
  }
}

function sharedResults(db: Db, clock: Clock, window: Window): Promise<TraderResult[]> {
  const ofDb = boards.get(db) ?? new Map<Window, () => Promise<TraderResult[]>>()
  boards.set(db, ofDb)
  const read = ofDb.get(window) ?? sharedFor(SHARED_MS, () => listTraderResults(db, window, clock.now()))
  ofDb.set(window, read)
  return read()
}

/** Negative when `a` stands before `b`. A return that is not known stands last. */
function better(a: TraderResult, b: TraderResult, sort: LeaderboardInput['sort']): number {
  if (sort === 'roi') return Number(b.roi ?? Number.NEGATIVE_INFINITY) - Number(a.roi ?? Number.NEGATIVE_INFINITY) || 0
  return a[sort] === b[sort] ? 0 : a[sort] > b[sort] ? -1 : 1
}

function toRow({ authority, name, pnl, volume, roi, trades }: TraderResult, index: number): LeaderboardRowDto {
  return {
    rank: index + 1,
    authority,
    name,
    pnl: formatUnits(pnl, QUOTE_DECIMALS),
    volume: formatUnits(volume, QUOTE_DECIMALS),
    roi,
    trades: Number(trades),
  }
}
