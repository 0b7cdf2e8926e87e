type Fields = {
  ExchangeInitialized: { sequence: bigint; quoteMint: string; params: ExchangeParams; at: bigint }
  PauseChanged: { sequence: bigint; authority: string; pauseBits: number; at: bigint }
  TokenVaultInitialized: { tokenVault: string; sequence: bigint; index: number; mint: string; decimals: number; params: TokenVaultParams; at: bigint }
  MarketInitialized: { market: string; sequence: bigint; index: number; symbol: string; params: MarketParams; at: bigint }
  UserAccountCreated: { userAccount: string; authority: string; at: bigint }
  SubAccountCreated: { subAccount: string; sequence: bigint; authority: string; id: number; at: bigint }
  SubAccountUpdated: { subAccount: string; sequence: bigint; delegate: string; delegateExpiresAt: bigint; at: bigint }
  SubAccountClosed: { subAccount: string; sequence: bigint; authority: string; id: number; at: bigint }
  CollateralDeposited: Collateral
  CollateralWithdrawn: Collateral
  OrderPlaced: { subAccount: string; sequence: bigint; marketIndex: number; orderId: bigint; clientId: bigint; kind: 'market' | 'limit'; side: 'buy' | 'sell'; timeInForce: 'goodTillCancel' | 'immediateOrCancel'; flags: number; size: bigint; limitPrice: bigint; oraclePrice: bigint; eligibleFrom: bigint; at: bigint }
  OrderCanceled: { subAccount: string; sequence: bigint; orders: CanceledOrder[]; reason: CancelReason; at: bigint }
  OrderFilled: { subAccount: string; sequence: bigint; market: string; marketSequence: bigint; marketIndex: number; orderId: bigint; clientId: bigint; side: 'buy' | 'sell'; size: bigint; quote: bigint; fee: bigint; keeperReward: bigint; realisedPnl: bigint; fundingPayment: bigint; oraclePrice: bigint; publishTime: bigint; orderFilled: bigint; orderStatus: 'open' | 'filled' | 'canceled'; cancelReason: CancelReason | null; positionBase: bigint; positionQuoteEntry: bigint; positionQuoteBreakEven: bigint; quoteBalance: bigint; openInterestLong: bigint; openInterestShort: bigint; poolBase: bigint; poolQuote: bigint; poolAllocation: bigint; fundingIndexLong: bigint; fundingIndexShort: bigint; keeperSubAccount: string | null; keeperSequence: bigint; keeperQuoteBalance: bigint; at: bigint }
  FundingAccrued: { market: string; sequence: bigint; marketIndex: number; indexLong: bigint; indexShort: bigint; rateDaily: bigint; oraclePrice: bigint; markPrice: bigint; elapsedS: bigint; forgivenS: bigint; pot: bigint; at: bigint }
  PositionLiquidated: { subAccount: string; sequence: bigint; market: string; marketSequence: bigint; marketIndex: number; baseChange: bigint; quoteChange: bigint; realisedPnl: bigint; fundingPayment: bigint; liquidationFee: bigint; insuranceFee: bigint; liquidatorReward: bigint; oraclePrice: bigint; publishTime: bigint; canceledOrders: CanceledOrder[]; positionBase: bigint; positionQuoteEntry: bigint; positionQuoteBreakEven: bigint; quoteBalance: bigint; loss: bigint; openInterestLong: bigint; openInterestShort: bigint; poolBase: bigint; poolQuote: bigint; poolAllocation: bigint; fundingIndexLong: bigint; fundingIndexShort: bigint; insuranceBalance: bigint; insuranceSequence: bigint; liquidatorSubAccount: string | null; liquidatorSequence: bigint; liquidatorQuoteBalance: bigint; at: bigint }
  PoolDepositRequested: { sequence: bigint; subAccount: string; subAccountSequence: bigint; ticket: string; ticketId: bigint; owner: string; amount: bigint; quoteBalance: bigint; at: bigint }
  PoolSharesMinted: { sequence: bigint; ticket: string; ticketId: bigint; owner: string; amount: bigint; shares: bigint; returned: bigint; subAccount: string; subAccountSequence: bigint; quoteBalance: bigint; totalShares: bigint; netAssetValue: bigint; idle: bigint; epoch: bigint; at: bigint }
  PoolAllocated: { sequence: bigint; market: string; marketSequence: bigint; marketIndex: number; amount: bigint; allocationAfter: bigint; poolQuoteAfter: bigint; idleAfter: bigint; at: bigint }
}
type Collateral = { subAccount: string; sequence: bigint; tokenVault: string; tokenVaultSequence: bigint; mint: string; amount: bigint; balanceAfter: bigint; vaultTotalAfter: bigint; at: bigint }
export type CanceledOrder = { orderId: bigint; clientId: bigint; marketIndex: number; filled: bigint }
export type CancelReason = 'requested' | 'lapsed' | 'priceLimit' | 'nothingToReduce' | 'insufficientMargin' | 'poolCapacity' | 'liquidation' | 'riskRefused' | 'priceRefused'
type ExchangeParams = { admin: string; keeperRewardFlat: bigint; keeperRewardPpm: number }
type TokenVaultParams = { feedId: string; depositCap: bigint; initialWeightBps: number; maintenanceWeightBps: number }
type MarketParams = { feedId: string; stepSize: bigint; tickSize: bigint; minNotional: bigint; depthK: bigint; openInterestCap: bigint; spreadPpm: number; confMultiplierBps: number; takerFeePpm: number; makerRebatePpm: number; initialMarginBps: number; maintenanceMarginBps: number; liquidationFeeBps: number; insuranceFeeBps: number; liquidationBufferBps: number; maxConfBps: number; defaultSlippageBps: number; fundingClampDivisor: number; fillDelayS: number; unitExponent: number }
export type PerpsEvent = { [K in keyof Fields]: { name: K; data: Fields[K] } }[keyof Fields]
export type EventName = keyof Fields
export type EventOf<K extends EventName> = Fields[K]
