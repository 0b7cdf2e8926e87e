pub mod cancel_order;
pub mod execute_order;
pub mod expire_orders;
mod fill;
pub mod force_cancel_orders;
pub mod modify_order;
mod order_checks;
pub mod place_order;
pub mod ratchet_trailing_stop;
pub mod trigger_order;

pub use cancel_order::*;
pub use execute_order::*;
pub use expire_orders::*;
pub use force_cancel_orders::*;
pub use modify_order::*;
pub use place_order::*;
pub use ratchet_trailing_stop::*;
pub use trigger_order::*;
