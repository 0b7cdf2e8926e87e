import { formatUnits, PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { AlertRuleDto } from './schema.ts'

const MOST = 100
const COLUMNS = ['id', 'kind', 'market', 'threshold', 'enabled', 'repeats', 'last_fired_at', 'created_at'] as const
type Row = {
  id: string
  kind: string
  market: string | null
  threshold: bigint | null
  enabled: boolean
  repeats: boolean
  last_fired_at: Date | null
  created_at: Date
}

const toRule = ({ id, kind, market, threshold, enabled, repeats, last_fired_at, created_at }: Row): AlertRuleDto => ({
  id,
  market: market ?? '',
  direction: kind === 'price_above' ? 'above' : 'below',
  price: formatUnits(threshold ?? 0n, PRICE_DECIMALS),
  repeats,
  enabled,
  lastFiredAt: last_fired_at?.getTime() ?? null,
  createdAt: created_at.getTime(),
})

/** Price rules, newest first. */
export async function listRules(db: Db, userId: string): Promise<AlertRuleDto[]> {
  const rows = await db
    .selectFrom('alert_rules')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .where('kind', 'in', ['price_above', 'price_below'])
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toRule)
}

/** @throws AppError BAD_INPUT for a price that is none, NOT_FOUND for the market, CONFLICT when there are too many. */
export async function createRule(
  db: Db,
  userId: string,
  {
    market,
    direction,
    price,
    repeats,
  }: { market: string; direction: 'above' | 'below'; price: string; repeats: boolean },
): Promise<AlertRuleDto> {
  const listed = await db.selectFrom('markets').select('market').where('market', '=', market).executeTakeFirst()
  if (listed === undefined) throw new AppError('NOT_FOUND', { message: `there is no market ${market}` })
  const threshold = toPrice(price)
  const { count } = await db
    .selectFrom('alert_rules')
    .select((row) => row.fn.countAll<bigint>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  if (count >= BigInt(MOST))
    throw new AppError('CONFLICT', { message: `there are ${MOST} alerts already: remove one first` })
  const row = await db
    .insertInto('alert_rules')
    .values({
      user_id: userId,
      kind: direction === 'above' ? 'price_above' : 'price_below',
      market,
      threshold,
      repeats,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
  return toRule(row)
}

function toPrice(text: string): bigint {
  const refuse = () => new AppError('BAD_INPUT', { message: 'price: give more than 0 and at most six decimals' })
  try {
    const price = parseUnits(text, PRICE_DECIMALS)
    if (price > 0n) return price
  } catch {
    throw refuse()
  }
  throw refuse()
}

/** Whose it is not, for him it does not exist. @throws AppError NOT_FOUND */
export async function removeRule(db: Db, userId: string, id: string): Promise<void> {
  const gone = await db.deleteFrom('alert_rules').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst()
  if (gone.numDeletedRows === 0n) throw new AppError('NOT_FOUND', { message: 'you have no alert with this id' })
}
