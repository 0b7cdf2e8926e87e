//! One folder per domain, one file per instruction.
pub mod exchange;
pub mod markets;
pub mod orders;
pub mod pool;
pub mod risk;
pub mod users;
pub mod vaults;

pub use exchange::*;
pub use markets::*;
pub use orders::*;
pub use pool::*;
pub use risk::*;
pub use users::*;
pub use vaults::*;
