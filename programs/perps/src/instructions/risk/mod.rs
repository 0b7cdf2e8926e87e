mod bankruptcy;
pub mod liquidate_position;

pub use liquidate_position::*;
