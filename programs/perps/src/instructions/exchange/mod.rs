pub mod cancel_change;
pub mod change_pause;
pub mod collect_fees;
pub mod execute_change;
pub mod initialize_exchange;
pub mod propose_change;
pub mod tighten_risk;

pub use cancel_change::*;
pub use change_pause::*;
pub use collect_fees::*;
pub use execute_change::*;
pub use initialize_exchange::*;
pub use propose_change::*;
pub use tighten_risk::*;
