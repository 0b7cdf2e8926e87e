import { formatNumber } from '#app/ui/format.ts'

/** A size preset in words: "500 USDC", "25 % of the largest". */
export const sizeText = (preset: string): string =>
  preset.endsWith('%') ? `${preset.slice(0, -1)}\u202f% of the largest` : `${formatNumber(preset)} USDC`
