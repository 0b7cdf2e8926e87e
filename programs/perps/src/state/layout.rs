//! Clients read accounts at fixed offsets: a changed size is a new account version, never an accident.
use std::mem::size_of;

use super::*;

#[test]
fn account_sizes_are_fixed() {
    let sizes = [
        ("Exchange", size_of::<Exchange>(), 696),
        ("TokenVault", size_of::<TokenVault>(), 448),
        ("Market", size_of::<Market>(), 744),
        ("Pool", size_of::<Pool>(), 304),
        ("PoolTicket", size_of::<PoolTicket>(), 168),
        ("Change", size_of::<Change>(), 160),
        ("Insurance", size_of::<Insurance>(), 160),
        ("UserAccount", size_of::<UserAccount>(), 312),
        ("SubAccount", size_of::<SubAccount>(), 3168),
        ("Order", size_of::<Order>(), 128),
        ("Position", size_of::<Position>(), 96),
    ];
    for (name, size, expected) in sizes {
        assert_eq!(size, expected, "{name}");
    }
}
