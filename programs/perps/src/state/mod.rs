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

use anchor_lang::prelude::*;

use crate::arithmetic::Checked;

macro_rules! sequenced {
    ($($account:ty),*) => {$(
        impl $account {
            /// Rises by one with each event that names the account, so that a gap shows.
            pub fn next_sequence(&mut self) -> Result<u64> {
                self.sequence = self.sequence.plus(1)?;
                Ok(self.sequence)
            }
        }
    )*};
}
sequenced!(Exchange, Market, TokenVault, Pool, Insurance, SubAccount);

#[cfg(test)]
mod layout;
