import { recallPreferences } from '../ticket/preferences.ts'

const DEFAULT_BPS = 50

/** The ticket's remembered slippage limit also bounds closing: a limit price is mandatory. */
export const closeSlippageBps = (): number => recallPreferences().slippageBps ?? DEFAULT_BPS
