import { z } from 'zod'

const decimal = z.string().describe('Exact decimal number, tokens')
const at = z.number().int().describe('Milliseconds since 1970-01-01 UTC')

export const vaultSolvencyDto = z
  .object({
    mint: z.string(),
    symbol: z.string(),
    held: decimal.describe("What the vault's token account holds on chain"),
    ledger: decimal.describe("What the program's ledger says the vault owes"),
    owned: decimal.describe('Sum of what every account, pool, market and fund owns, counted one by one'),
    difference: decimal.describe('held − owned; never negative while the exchange is solvent'),
  })
  .meta({ id: 'VaultSolvency' })

export const solvencyDto = z
  .object({
    solvent: z.boolean().describe('Every equation held at this look'),
    vaults: vaultSolvencyDto.array(),
    failed: z
      .object({ name: z.string(), difference: z.string().describe('Native units') })
      .array()
      .describe('Equations that did not hold; empty when solvent'),
    checks: z.number().int().describe('Equations checked'),
    slot: z.number().int().describe('The look saw this slot or a later one'),
    at,
  })
  .meta({ id: 'Solvency' })
export type SolvencyDto = z.infer<typeof solvencyDto>

export const solvencyHistoryInput = z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) })
