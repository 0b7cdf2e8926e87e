pub mod initialize_market;
pub mod settle_funding;
pub mod update_oracle_price;

pub use initialize_market::*;
pub use settle_funding::*;
pub use update_oracle_price::*;
