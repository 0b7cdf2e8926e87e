pub mod deposit_native_sol;
pub mod deposit_tokens;
pub mod initialize_token_vault;
pub mod transfer_collateral;
mod withdraw_level;
pub mod withdraw_native_sol;
pub mod withdraw_tokens;

pub use deposit_native_sol::*;
pub use deposit_tokens::*;
pub use initialize_token_vault::*;
pub use transfer_collateral::*;
pub use withdraw_native_sol::*;
pub use withdraw_tokens::*;
