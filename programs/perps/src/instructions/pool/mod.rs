pub mod allocate_pool;
pub mod deposit_to_pool;
pub mod exit_pool;
pub mod mint_pool_shares;
pub mod request_pool_exit;
mod valuation;

pub use allocate_pool::*;
pub use deposit_to_pool::*;
pub use exit_pool::*;
pub use mint_pool_shares::*;
pub use request_pool_exit::*;
