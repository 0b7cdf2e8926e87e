import type { Insertable, Selectable, Updateable } from 'kysely'
import type { DB } from '#server/platform/db/index.ts'

/** Tables that events alone make; `rebuild` empties them. The columns are the primary key. */
export const PROJECTED_TABLES = {
  exchange: ['address'],
  token_vaults: ['mint'],
  markets: ['market'],
  user_accounts: ['address'],
  sub_accounts: ['address'],
  user_balances: ['sub_account', 'mint'],
  positions: ['sub_account', 'market'],
  orders: ['sub_account', 'order_id'],
  order_events: ['signature', 'path', 'sub_account', 'order_id', 'kind'],
  trades: ['signature', 'path', 'sub_account'],
  funding_payments: ['signature', 'path', 'sub_account', 'market'],
  funding_rates: ['market', 'sequence'],
  liquidations: ['signature', 'path'],
  collateral_liquidations: ['signature', 'path'],
  covered_losses: ['signature', 'path'],
  deposits_withdrawals: ['signature', 'path', 'sub_account'],
  insurance: ['address'],
  changes: ['change_id'],
  pools: ['address'],
  pool_events: ['signature', 'path'],
} as const satisfies { [T in keyof DB]?: readonly (keyof DB[T])[] }

export type ProjectedTable = keyof typeof PROJECTED_TABLES

/**
 * What an event does to rows. `insert` adds a fact, `put` writes a whole row by its key, `update` changes a row that
 * must exist (`add` sums into numeric columns), `remove` deletes what matches.
 */
export type Change = {
  [T in ProjectedTable]:
    | { kind: 'insert'; table: T; row: Insertable<DB[T]> }
    | { kind: 'put'; table: T; row: Insertable<DB[T]> }
    | {
        kind: 'update'
        table: T
        key: Partial<Selectable<DB[T]>>
        set: Updateable<DB[T]>
        add?: { [C in keyof DB[T]]?: bigint }
      }
    | { kind: 'remove'; table: T; key: Partial<Selectable<DB[T]>> }
}[ProjectedTable]
