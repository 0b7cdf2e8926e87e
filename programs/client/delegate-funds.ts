/** Given to a delegate's key for network fees, lamports: about two thousand transactions without a priority fee. */
export const KEY_FUNDS = 10_000_000n
/** Below it the key is given more with the next grant: some hundred transactions. */
export const LOW_FUNDS = 1_000_000n
