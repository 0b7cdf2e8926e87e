export { restingBook } from './book.ts'
export {
  type EventKey,
  listMarketStates,
  listMarkets,
  listRowsOfEvents,
  listSubAccounts,
  listTrades,
} from './repo.ts'
export { accountProcedures, marketProcedures, poolProcedures } from './router.ts'
export type * from './schema.ts'
export { authorityInput, marketId, tradeDto } from './schema.ts'
export { getAccount } from './service.ts'
