import { DEFAULT_SLIPPAGE_BPS } from '../ticket/fields.ts'
import { recallPreferences } from '../ticket/preferences.ts'

/** The ticket's remembered slippage limit also bounds closing: a limit price is mandatory. */
export const closeSlippageBps = (): number => recallPreferences().slippageBps ?? DEFAULT_SLIPPAGE_BPS
