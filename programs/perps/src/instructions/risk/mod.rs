mod bankruptcy;
pub mod deleverage;
pub mod liquidate_collateral;
pub mod liquidate_position;
pub mod refill_insurance;
pub mod resolve_bankruptcy;

pub use deleverage::*;
pub use liquidate_collateral::*;
pub use liquidate_position::*;
pub use refill_insurance::*;
pub use resolve_bankruptcy::*;
