pub mod initialize_market;
pub mod settle_funding;
pub mod settle_market;
pub mod settle_position;
pub mod update_oracle_price;

pub use initialize_market::*;
pub use settle_funding::*;
pub use settle_market::*;
pub use settle_position::*;
pub use update_oracle_price::*;
