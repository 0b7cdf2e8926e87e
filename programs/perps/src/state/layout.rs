//! Layouts are read by clients at fixed offsets: a changed size is a new account version, never an accident.
use std::mem::size_of;

use super::*;

#[test]
fn account_sizes_are_fixed() {
    assert_eq!(size_of::<Exchange>(), 0);
}
