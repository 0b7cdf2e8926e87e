export { readTradingAccount, type TradingAccount } from './account-state.ts'
export type { Exposure } from './exposure.ts'
export {
  type Desk,
  type Draft,
  draftCancel,
  draftCancelAll,
  draftClose,
  draftModify,
  draftPlace,
} from './orders.ts'
export { prepareTransaction } from './prepare.ts'
export { tradingProcedures } from './router.ts'
export {
  cancelAllInput,
  cancelInput,
  closeInput,
  modifyInput,
  outcomeDto,
  placeInput,
  preparedDto,
  submitInput,
} from './schema.ts'
