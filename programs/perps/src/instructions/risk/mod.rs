mod bankruptcy;
pub mod deleverage;
mod forced_close;
pub mod liquidate_collateral;
pub mod liquidate_position;
pub mod refill_insurance;
pub mod resolve_bankruptcy;
mod take_over;

pub(crate) use bankruptcy::{collect_insurance_fees, cover_debt, cover_loss};
pub use deleverage::*;
pub(crate) use forced_close::{cancel_orders, Close};
pub use liquidate_collateral::*;
pub use liquidate_position::*;
pub use refill_insurance::*;
pub use resolve_bankruptcy::*;
