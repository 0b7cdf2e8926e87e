/** When a request to the pool may be executed: the program's constants, seconds. */

/** Prices must be this much younger than a deposit request, or than the end of an exit's cooldown. */
export const POOL_PRICE_DELAY_S = 2n
/** After this, counted from a deposit request or from the end of an exit's cooldown, executing it gives back what was set aside. */
export const POOL_TICKET_LIFE_S = 3_600n
