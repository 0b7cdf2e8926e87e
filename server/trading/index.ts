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
