pub mod change_pause;
pub mod initialize_exchange;

pub use change_pause::*;
pub use initialize_exchange::*;
