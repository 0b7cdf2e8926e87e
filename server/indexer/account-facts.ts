import { sql, type Transaction } from 'kysely'
import {
  accountName,
  decodeExchange,
  decodeInsurance,
  decodeMarket,
  decodePool,
  decodeSubAccount,
  decodeTokenVault,
} from '#client/accounts.ts'
import type { DB } from '#server/platform/db/index.ts'

/**
 * What the chain and the projection both know of an account, under the same names, so that the two can be compared. Only
 * what changes with an event of its own: a market's pool settles its funding with each price, without one.
 */
export type Facts = Readonly<Record<string, string>>
/** `sequence`: of the account's newest change; facts of equal sequences are of the same moment. */
export type AccountState = { sequence: bigint; facts: Facts }

/** The names that accounts use numbers for. */
export type Names = { market: ReadonlyMap<number, string>; mint: ReadonlyMap<number, string> }

/** @returns null for an account of another kind. @throws for damaged data. */
export function chainState(data: Uint8Array, names: Names): AccountState | null {
  switch (accountName(data)) {
    case 'SubAccount':
      return subAccountState(decodeSubAccount(data), names)
    case 'Market': {
      const { sequence, status, ledger } = decodeMarket(data)
      return state(sequence, {
        status: status === 'reduceOnly' ? 'reduce_only' : status,
        openInterestLong: ledger.openInterestLong,
        openInterestShort: ledger.openInterestShort,
        poolBase: ledger.poolBase,
        poolAllocation: ledger.poolAllocation,
      })
    }
    case 'TokenVault': {
      const { sequence, mint, ledgerTotal } = decodeTokenVault(data)
      return state(sequence, { mint, ledgerTotal })
    }
    case 'Pool': {
      const { sequence, idle, shares, epoch, pendingDeposits } = decodePool(data)
      return state(sequence, { idle, shares, epoch, pendingDeposits })
    }
    case 'Insurance': {
      const { sequence, balance, floor } = decodeInsurance(data)
      return state(sequence, { balance, floor })
    }
    case 'Exchange': {
      const { sequence, params, pauseBits } = decodeExchange(data)
      return state(sequence, { admin: params.admin, pauseBits })
    }
    default:
      return null
  }
}

function subAccountState(
  {
    sequence,
    authority,
    delegate,
    isolatedMarket,
    collaterals,
    positions,
    orders,
  }: ReturnType<typeof decodeSubAccount>,
  names: Names,
): AccountState {
  const market = (index: number) => names.market.get(index) ?? `market ${index}`
  return state(sequence, {
    authority,
    delegate,
    isolatedMarket: isolatedMarket === null ? null : market(isolatedMarket),
    ...Object.fromEntries(
      collaterals
        .filter(({ amount }) => amount !== 0n)
        .map(({ vaultIndex, amount }) => [`balance ${names.mint.get(vaultIndex) ?? vaultIndex}`, amount]),
    ),
    ...Object.fromEntries(
      positions
        .filter(({ base }) => base !== 0n)
        .map(({ marketIndex, base, quoteEntry, quoteBreakEven, lastFundingIndex }) => [
          `position ${market(marketIndex)}`,
          [base, quoteEntry, quoteBreakEven, lastFundingIndex].join(' '),
        ]),
    ),
    ...Object.fromEntries(
      orders.map(({ orderId, marketIndex, side, size, filled, limitPrice, triggerPrice }) => [
        `order ${orderId}`,
        [market(marketIndex), side, size, filled, limitPrice, triggerPrice].join(' '),
      ]),
    ),
  })
}

/** The same of the rows of these accounts, by address. Read in one snapshot, so that rows and sequence belong together. */
export async function rowStates(
  trx: Transaction<DB>,
  addresses: readonly string[],
): Promise<Map<string, AccountState>> {
  const { rows } = await sql<{ address: string; sequence: bigint; facts: Record<string, unknown> }>`
    with asked as (
      select address, coalesce(sequence, 0) as sequence
      from unnest(${addresses}::text[]) as given (address) left join chain.sequences using (address)
    )
    select address, sequence, jsonb_strip_nulls(coalesce(
      (select jsonb_build_object('authority', s.authority, 'delegate', s.delegate, 'isolatedMarket', s.isolated_market)
        || coalesce((select jsonb_object_agg('balance ' || mint, amount::text)
          from user_balances b where b.sub_account = s.address and amount <> 0), '{}')
        || coalesce((select jsonb_object_agg(
            'position ' || market, concat_ws(' ', base, quote_entry, quote_break_even, last_funding_index))
          from positions p where p.sub_account = s.address), '{}')
        || coalesce((select jsonb_object_agg('order ' || order_id, concat_ws(' ', market, side, size, filled, limit_price,
            coalesce(trigger_price, 0)))
          from orders o where o.sub_account = s.address and o.status = 'open'), '{}')
        from sub_accounts s where s.address = asked.address and not s.closed),
      (select jsonb_build_object('status', m.status, 'openInterestLong', m.open_interest_long::text,
        'openInterestShort', m.open_interest_short::text, 'poolBase', m.pool_base::text,
        'poolAllocation', m.pool_allocation::text) from markets m where m.address = asked.address),
      (select jsonb_build_object('mint', v.mint, 'ledgerTotal', v.ledger_total::text)
        from token_vaults v where v.address = asked.address),
      (select jsonb_build_object('idle', p.idle::text, 'shares', p.shares::text, 'epoch', p.epoch::text,
        'pendingDeposits', p.pending_deposits::text) from pools p where p.address = asked.address),
      (select jsonb_build_object('balance', i.balance::text, 'floor', i.floor::text)
        from insurance i where i.address = asked.address),
      (select jsonb_build_object('admin', e.admin, 'pauseBits', e.pause_bits::text)
        from exchange e where e.address = asked.address),
      '{}'
    )) as facts
    from asked`.execute(trx)
  return new Map(rows.map(({ address, sequence, facts }) => [address, state(sequence, facts)]))
}

function state(sequence: bigint, facts: Readonly<Record<string, unknown>>): AccountState {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined)
  return { sequence, facts: Object.fromEntries(known.map(([name, value]) => [name, String(value)])) }
}

export type Difference = { fact: string; chain: string | null; row: string | null }

export function differences(chain: Facts, row: Facts): Difference[] {
  const names = [...new Set([...Object.keys(chain), ...Object.keys(row)])]
  return names
    .filter((name) => chain[name] !== row[name])
    .map((fact) => ({ fact, chain: chain[fact] ?? null, row: row[fact] ?? null }))
}
