/*
 * Instructions as the ticket and the dialogs want them. What the program needs to see (which markets and vaults the
 * margin depends on) is read from the sub-account on the chain, so a projection that lags cannot break a transaction.
 */
export * from './collateral.ts'
export * from './delegation.ts'
export * from './orders.ts'
export * from './pool.ts'
export * from './sub-accounts.ts'
export * from './terms.ts'
