import { z } from 'zod'
import { formatUnits } from '#client/units.ts'
import { type Db, ensurePartitions } from '#server/platform/db/index.ts'
import type { SolvencyCheck } from './check.ts'
import type { SolvencyDto } from './schema.ts'

const amount = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt)
const storedVaults = z
  .object({ mint: z.string(), symbol: z.string(), decimals: z.number(), held: amount, ledger: amount, owned: amount })
  .array()
const storedFailures = z.object({ name: z.string(), difference: z.string() }).array()

/** Symbols come from the projection; a vault it does not know yet goes by its mint. */
export async function insertCheck(
  db: Db,
  { slot, vaults, checks, failed }: SolvencyCheck,
  atMs: number,
): Promise<void> {
  await ensurePartitions(db, 'public.solvency_checks', [atMs])
  const known = await db.selectFrom('token_vaults').select(['mint', 'symbol']).execute()
  const symbols = new Map(known.map(({ mint, symbol }) => [mint, symbol]))
  const text = (value: unknown) =>
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
  await db
    .insertInto('solvency_checks')
    .values({
      at: new Date(atMs),
      slot: BigInt(slot),
      solvent: failed.length === 0,
      vaults: text(vaults.map((vault) => ({ ...vault, symbol: symbols.get(vault.mint) ?? vault.mint }))),
      failed: text(failed.map(({ name, left, right, difference }) => ({ name, left, right, difference }))),
      checks,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Newest first. */
export async function listChecks(db: Db, limit: number): Promise<SolvencyDto[]> {
  const rows = await db.selectFrom('solvency_checks').selectAll().orderBy('at', 'desc').limit(limit).execute()
  return rows.map(({ at, slot, solvent, vaults, failed, checks }) => ({
    solvent,
    vaults: storedVaults.parse(vaults).map(({ mint, symbol, decimals, held, ledger, owned }) => ({
      mint,
      symbol,
      held: formatUnits(held, decimals),
      ledger: formatUnits(ledger, decimals),
      owned: formatUnits(owned, decimals),
      difference: formatUnits(held - owned, decimals),
    })),
    failed: storedFailures.parse(failed),
    checks,
    slot: Number(slot),
    at: at.getTime(),
  }))
}
