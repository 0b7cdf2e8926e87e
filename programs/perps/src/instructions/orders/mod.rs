pub mod cancel_order;
pub mod execute_order;
pub mod place_order;

pub use cancel_order::*;
pub use execute_order::*;
pub use place_order::*;
