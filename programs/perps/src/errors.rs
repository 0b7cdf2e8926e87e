//! Numbers are append-only: clients and logs keep them for ever. Each sentence is shown to traders.
use anchor_lang::prelude::*;

#[error_code]
#[derive(PartialEq, Eq)]
pub enum PerpsError {
    #[msg("The numbers are too large for the exchange to calculate with")]
    MathOverflow,
    #[msg("This key may not do this: an authority of the exchange must sign")]
    Unauthorized,
    #[msg("Only the program's upgrade authority may initialize the exchange")]
    NotUpgradeAuthority,
    #[msg("A parameter is outside its allowed range")]
    InvalidParameter,
    #[msg("The timelock must be at least 24 hours where real USDC is used")]
    TimelockTooShort,
    #[msg("The first token vault must be the one of the quote token")]
    QuoteVaultFirst,
    #[msg("This mint is not the one of the vault")]
    WrongMint,
    #[msg("The account passed is not the one this instruction needs")]
    WrongAccount,
    #[msg("Unknown pause bits")]
    UnknownPauseBits,
    #[msg("The pause cannot be cleared yet: its delay has not passed")]
    PauseDelay,
    #[msg("Opening positions is paused; closing positions still works")]
    OpensPaused,
    #[msg("Fills against the pool are paused; reduce-only orders still fill")]
    PoolFillsPaused,
    #[msg("Withdrawals are paused")]
    WithdrawalsPaused,
    #[msg("Pool deposits are paused")]
    PoolDepositsPaused,
    #[msg("The price account does not belong to the Pyth receiver")]
    PriceWrongOwner,
    #[msg("The price account is not a readable Pyth price update")]
    PriceUnreadable,
    #[msg("The price update is not fully verified")]
    PriceNotVerified,
    #[msg("The price update is of another feed")]
    PriceWrongFeed,
    #[msg("The oracle price is not positive")]
    PriceNotPositive,
    #[msg("The exponent of the price is out of range")]
    PriceExponent,
    #[msg("The price update is not newer than the one the exchange knows")]
    PriceNotNewer,
    #[msg("The price update lies too far in the future")]
    PriceFromFuture,
    #[msg("No price has been published for this market yet")]
    PriceMissing,
    #[msg("The oracle price is too old; wait for the next update")]
    PriceStale,
    #[msg("The oracle is unsure of its price right now; wait for the next update")]
    PriceUncertain,
    #[msg("The price moved too far from its average; only closing is possible for the moment")]
    PriceVolatile,
    #[msg("This is not the one price that may fill the order: it must be the first published after the order became eligible")]
    PriceNotTheOne,
    #[msg("A market order needs the price update it is filled with")]
    PriceAccountNeeded,
    #[msg("The market accepts only orders that reduce a position")]
    MarketReduceOnly,
    #[msg("The amount must be above zero")]
    ZeroAmount,
    #[msg("The deposit would exceed the cap of this token")]
    DepositCap,
    #[msg("The balance is too small")]
    InsufficientBalance,
    #[msg("The account's margin is too small for this")]
    InsufficientMargin,
    #[msg("All collateral slots of this sub-account are in use")]
    CollateralSlotsFull,
    #[msg("All position slots of this sub-account are in use")]
    PositionSlotsFull,
    #[msg("All order slots of this sub-account are in use; cancel one first")]
    OrderSlotsFull,
    #[msg("Margin cannot be calculated: an account of a market or token this sub-account holds is missing")]
    MarginAccountMissing,
    #[msg("Only the owner of this sub-account may do this")]
    NotOwner,
    #[msg("This key may not trade for the sub-account")]
    NotTrader,
    #[msg("The delegate's expiry must lie in the future")]
    DelegateExpiry,
    #[msg("The sub-account still holds collateral, positions, orders or a request to the pool")]
    SubAccountNotEmpty,
    #[msg("The order's size must be a positive multiple of the market's step")]
    OrderSize,
    #[msg("The order's price must be a positive multiple of the market's tick")]
    OrderPrice,
    #[msg("The order is below the market's smallest notional")]
    OrderTooSmall,
    #[msg("The order is larger than the pool may fill at once; split it")]
    OrderTooLarge,
    #[msg("A reduce-only order needs a position on the other side")]
    ReduceOnlyWithoutPosition,
    #[msg("A post-only order must be a resting limit order without a trigger")]
    OrderFlags,
    #[msg("A post-only order would trade at once at this price")]
    PostOnlyWouldCross,
    #[msg("A post-only order fills only against other traders' orders")]
    PostOnlyAgainstPool,
    #[msg("There is no such order")]
    OrderNotFound,
    #[msg(
        "An order waits for its one price: it cannot be canceled or changed yet, nor what it closes be closed twice"
    )]
    OrderInFlight,
    #[msg("The client id is already used by an open order")]
    ClientIdInUse,
    #[msg("The order is not eligible yet")]
    OrderNotEligible,
    #[msg("The price is beyond the order's limit")]
    PriceLimit,
    #[msg("The pool has no room for this order at the moment")]
    PoolCapacity,
    #[msg("The close fraction must be between 0.01 % and 100 %")]
    CloseFraction,
    #[msg("There is no position to close in this market")]
    NoPosition,
    #[msg("Closing this position now would leave the account worse; use another price limit")]
    ReduceWorsensMargin,
    #[msg("The account is not below its maintenance margin")]
    NotLiquidatable,
    #[msg("The first deposit into the pool must be at least 1 000 USDC")]
    PoolFirstDeposit,
    #[msg("The request waits for newer prices of every market with open positions")]
    PoolPriceTooOld,
    #[msg("The request is not of this pool's kind or account")]
    PoolTicket,
    #[msg("The deposit is too small to mint a share")]
    PoolZeroShares,
    #[msg("A market's open interest would leave too little pool equity behind")]
    PoolAllocation,
    #[msg("The pool has less idle quote than this")]
    PoolIdle,
    #[msg("A sub-account cannot act on itself here")]
    SameSubAccount,
    #[msg("The market's open interest is at its cap")]
    OpenInterestCap,
    #[msg("The pool has lost everything; deposits wait until it is restarted")]
    PoolWiped,
    #[msg("The sub-account id must be the next one of the user account")]
    SubAccountId,
    #[msg("The index must be the next free one")]
    NextIndex,
    #[msg("The account owes more than it holds; only a liquidation can close it")]
    AccountBankrupt,
    #[msg("Up to four orders can be placed at once, and at least one")]
    OrderCount,
    #[msg(
        "A bracket's child must be reduce-only, on the other side, and name an earlier opening order of the same call"
    )]
    BracketParent,
    #[msg("The trigger does not fit the order, or is already reached")]
    OrderTrigger,
    #[msg("The trailing distance must be a positive multiple of the tick and below the price")]
    TrailingDistance,
    #[msg("The expiry has passed, or does not fit: it lies in the future, and only good-till-time orders have one")]
    OrderExpiry,
    #[msg("A pegged order must be a resting limit order without a trigger")]
    OrderPeg,
    #[msg("This order's trigger price has not been reached")]
    TriggerNotReached,
    #[msg("The order does not wait for a trigger")]
    NotWaitingForTrigger,
    #[msg("The price has not moved the trailing stop by 0.05 %")]
    RatchetTooSmall,
    #[msg("No order of this account has expired")]
    NothingExpired,
    #[msg("The account meets its initial margin; its orders may stay")]
    MeetsInitialMargin,
    #[msg("The order waits for its trigger or its parent and cannot fill yet")]
    OrderNotActive,
    #[msg("The makers named do not fit the accounts passed")]
    MakerAccounts,
    #[msg("The delegate's loss budget of 24 hours is used up, or what its orders may cost is more than what is left")]
    DelegateBudgetUsed,
    #[msg("This sub-account is locked to one market")]
    IsolatedMarket,
    #[msg("The isolated lock changes only without positions, orders and requests to the pool")]
    IsolatedLock,
    #[msg("Token-2022 mints are not supported; use a classic SPL token")]
    Token2022Mint,
    #[msg("Withdrawals are slowed: this one would take the vault below 75 % of its daily mean; try less or later")]
    WithdrawLevel,
    #[msg("New profit becomes withdrawable within ten minutes; less can leave now")]
    ProfitWarmingUp,
    #[msg("A referrer can be named once, and it cannot be yourself")]
    Referrer,
    #[msg("There is nothing to collect")]
    NothingToCollect,
    #[msg("The name must be plain UTF-8 text of up to 32 bytes")]
    UserName,
    #[msg("The debt is not open to anyone: it is within its caps and the account is healthy")]
    DebtWithinCaps,
    #[msg("The account is not bankrupt")]
    NotBankrupt,
    #[msg("Deleveraging is the last resort: the pool can still take this position over")]
    PoolCanTakeOver,
    #[msg("The counterparty must hold the opposite position in profit")]
    NotDeleverageable,
    #[msg("This trader's own account cannot be the other side")]
    SameAuthority,
    #[msg("The taker would be left without its initial margin")]
    LiquidatorMargin,
    #[msg("The market is not being wound down")]
    MarketNotSettling,
    #[msg("The market is healthy; it is wound down only by an announced change or when its pool is nearly gone")]
    MarketSound,
    #[msg("The market is being wound down; positions close at its settlement price")]
    MarketSettling,
    #[msg("Leaving the pool is paused")]
    PoolExitsPaused,
    #[msg("The user account holds fewer pool shares than this")]
    PoolShares,
    #[msg("The request to leave the pool is still cooling down")]
    PoolCooldown,
    #[msg("Nobody can leave the pool while a market has an uncovered loss")]
    PoolDeficit,
    #[msg("The payload is not the one that was announced")]
    ChangePayload,
    #[msg("The change's time has not come yet")]
    ChangeTooEarly,
    #[msg("The change has expired, was canceled, or is already executed")]
    ChangeClosed,
    #[msg("Tightening can only make the rules stricter")]
    NotTighter,
    #[msg("The timelock can only be made longer")]
    TimelockLowered,
    #[msg("The depth of the pool's curve can fall only while the market is nearly balanced")]
    DepthInUse,
    #[msg("Admin instructions cannot be sent with a durable nonce")]
    DurableNonce,
    #[msg("New collateral starts with weight 0 and cap 0; an announced change opens it")]
    CollateralNotClosed,
    #[msg("Deleveraging waits until the account's equity no longer covers the liquidation fees")]
    DeleverageTooEarly,
    #[msg("This market made none of the account's debt")]
    NoDebtInMarket,
    #[msg("The market's feed was reported silent; it is wound down an hour after that unless a price comes")]
    WindDownNotice,
    #[msg("One-cancels-other needs a group id")]
    OrderGroup,
    #[msg("This cannot change while positions or balances depend on it")]
    ParameterInUse,
}
