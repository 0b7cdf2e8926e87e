/** The exchange's instructions for the connected wallet; loaded with web3.js when a transaction is first wanted. */
export const loadExchange = () => import('./exchange/index.ts')
export type { Acting } from './exchange/orders.ts'
export type Exchange = Awaited<ReturnType<typeof loadExchange>>
