import { t } from '#app/i18n/t.ts'
import { formatNumber } from '#app/ui/format.ts'

/** A size preset in words: "500 USDC", "25 % of the largest". */
export const sizeText = (preset: string): string =>
  preset.endsWith('%')
    ? t('{share} of the largest', { share: `${preset.slice(0, -1)}\u202f%` })
    : `${formatNumber(preset)} USDC`
