pub mod cancel_order;
pub mod execute_order;
pub mod place_order;
mod pool_fill;

pub use cancel_order::*;
pub use execute_order::*;
pub use place_order::*;
