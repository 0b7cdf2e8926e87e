/** The exchange's SDK. `math/index.ts` and `units.ts` have doors of their own: they load without web3.js. */
export * from './account-feed.ts'
export * from './accounts.ts'
export * from './errors.ts'
export * from './events.ts'
export * from './fee-terms.ts'
export * from './feeds.ts'
export type {
  CanceledOrder,
  CancelTarget,
  ChangePayload,
  ClosePositionArgs,
  ExchangeParams,
  FeeTier,
  ModifyOrderArgs,
  OpenPositionArgs,
  OrderKind,
  OrderRecord,
  OrderStage,
  OrderStatus,
  PlaceOrderArgs,
  Side,
  TightenRiskArgs,
  TimeInForce,
  TokenVaultParams,
  TriggerDirection,
} from './generated/types.ts'
export * from './insolvency.ts'
export * from './instruction.ts'
export * from './instructions/index.ts'
export type { Address } from './layout.ts'
export * from './lookup-table.ts'
export * from './margin-accounts.ts'
export * from './order-rules.ts'
export * from './pda.ts'
export * from './pool-rules.ts'
export * from './pool-value.ts'
export * from './portfolio-of.ts'
export * from './price-update.ts'
export * from './solvency.ts'
