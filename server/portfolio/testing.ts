import { Keypair } from '@solana/web3.js'
import type { Insertable } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'

/* An account made of rows, for the tests of what is counted from them. */

export const QUOTE_MINT = 'quote'
export const newKey = (): string => Keypair.generate().publicKey.toBase58()

/** An exchange with USDC and SOL. */
export async function launch(db: Db): Promise<void> {
  const vault = { deposit_cap: 0n, initial_weight_bps: 0, maintenance_weight_bps: 0, ledger_total: 0n }
  await db
    .insertInto('exchange')
    .values({
      address: 'exchange',
      admin: '',
      risk_authority: '',
      pause_authority: '',
      treasury: '',
      quote_mint: QUOTE_MINT,
      pause_bits: 0,
      keeper_reward_flat: 0n,
      keeper_reward_ppm: 0,
      timelock_s: 0,
      pool_fee_share_bps: 0,
      treasury_fee_share_bps: 0,
      referee_discount_bps: 0,
      referrer_share_bps: 0,
      pool_exit_cooldown_s: 0,
      fee_tiers: '[]',
      updated_at: new Date(0),
    })
    .execute()
  await db
    .insertInto('token_vaults')
    .values([
      { ...vault, mint: QUOTE_MINT, index: 0, address: 'v0', symbol: 'USDC', decimals: 6, updated_at: new Date(0) },
      { ...vault, mint: 'sol', index: 1, address: 'v1', symbol: 'SOL', decimals: 9, updated_at: new Date(0) },
    ])
    .execute()
}

export type Fill = {
  subAccount: string
  market: string
  at: number
  /** Signed base, 1e9. */
  base: bigint
  quote: bigint
  fee: bigint
  realisedPnl: bigint
  funding: bigint
  interest: bigint
  taker: boolean
}

/** Fills in their order, as the indexer would have written them. */
export async function insertFills(db: Db, authority: string, fills: readonly Fill[]): Promise<void> {
  const held = new Map<string, bigint>()
  const rows = fills.map((fill, index): Insertable<DB['trades']> => {
    const { subAccount, market, base } = fill
    const after = (held.get(subAccount + market) ?? 0n) + base
    held.set(subAccount + market, after)
    return {
      signature: `${authority}-${index}`,
      path: '0.1',
      sub_account: subAccount,
      authority,
      market,
      order_id: BigInt(index),
      side: base > 0n ? 'buy' : 'sell',
      taker: fill.taker,
      cause: 'order',
      price: 1n,
      size: base > 0n ? base : -base,
      quote: fill.quote,
      fee: fill.fee,
      realised_pnl: fill.realisedPnl,
      funding_payment: fill.funding,
      interest: fill.interest,
      oracle_price: 1n,
      published_at: new Date(fill.at),
      position_base_after: after,
      sequence: BigInt(index + 1),
      market_sequence: BigInt(index + 1),
      slot: 1n,
      at: new Date(fill.at),
    }
  })
  for (let at = 0; at < rows.length; at += 1_000) {
    await db
      .insertInto('trades')
      .values(rows.slice(at, at + 1_000))
      .execute()
  }
}

/** What came in or went out; `amount` in native units of the mint. */
export async function insertTransfer(
  db: Db,
  authority: string,
  transfer: { kind: Insertable<DB['deposits_withdrawals']>['kind']; mint?: string; amount: bigint; at: number },
): Promise<void> {
  const { kind, mint = QUOTE_MINT, amount, at } = transfer
  const row = { kind, mint, amount, at: new Date(at), authority, sub_account: 'a', sequence: 1n, path: '0.1' }
  await db
    .insertInto('deposits_withdrawals')
    .values({ ...row, signature: `${authority}-${kind}-${at}-${amount}` })
    .execute()
}

/** The cells of a file, by heading. */
export function readCsv(text: string): Record<string, string>[] {
  const [head = '', ...lines] = text.trimEnd().split('\r\n')
  const columns = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
  })
}
