pub mod change;
pub mod exchange;
pub mod market;
pub mod order;
pub mod pool;
pub mod price;
pub mod sub_account;
pub mod token_vault;
pub mod user_account;

pub use change::*;
pub use exchange::*;
pub use market::*;
pub use order::*;
pub use pool::*;
pub use price::*;
pub use sub_account::*;
pub use token_vault::*;
pub use user_account::*;

#[cfg(test)]
mod layout;
