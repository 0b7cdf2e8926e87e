import type { Connection } from '@solana/web3.js'
import { checkLedger, type Ledger, type LedgerCheck } from '#client/solvency.ts'
import { readLedger } from '#server/chain/index.ts'

/** What one look found, in native units. */
export type SolvencyCheck = {
  slot: number
  vaults: { mint: string; decimals: number; held: bigint; ledger: bigint; owned: bigint }[]
  checks: number
  failed: LedgerCheck[]
}

/** Accounts and tokens are two answers of the RPC. What moves between them is gone at the next look; a loss is not. */
const LOOKS = 3

/**
 * Counts what everybody owns against what the vaults hold, on the chain itself: no database has a say.
 * @throws AppError NOT_FOUND while no exchange has been set up, CHAIN_UNAVAILABLE without an answer.
 */
export async function checkSolvency(connection: Connection): Promise<SolvencyCheck> {
  for (let look = 1; ; look += 1) {
    const slot = await connection.getSlot('confirmed')
    const ledger = await readLedger(connection)
    const checks = checkLedger(ledger)
    const failed = checks.filter(({ holds }) => !holds)
    if (failed.length === 0 || look === LOOKS)
      return { slot, vaults: vaultsOf(ledger, checks), checks: checks.length, failed }
  }
}

function vaultsOf({ vaults, vaultTokens }: Ledger, checks: readonly LedgerCheck[]): SolvencyCheck['vaults'] {
  return vaults.map(({ index, mint, decimals, ledgerTotal }) => ({
    mint,
    decimals,
    held: vaultTokens.get(index) ?? 0n,
    ledger: ledgerTotal,
    owned: checks.find(({ name }) => name === `vault ${index}: owned = ledger total`)?.left ?? ledgerTotal,
  }))
}
