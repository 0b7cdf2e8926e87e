use anchor_lang::prelude::*;

/// The liquidity pool: shares, idle quote, and requests in flight. Allocations live on the markets.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Pool {
    pub version: u8,
    pub bump: u8,
    pub _padding: [u8; 6],
    pub sequence: u64,
    /// Rises when the pool was wiped; shares of an older epoch are worthless.
    pub epoch: u64,
    pub shares: u64,
    /// Quote not allocated to a market (1e6).
    pub idle: u64,
    /// Quote of deposit requests not yet executed (1e6); not the pool's.
    pub pending_deposits: u64,
    pub _reserved: [u8; 256],
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolTicketKind {
    Deposit = 0,
    Exit = 1,
}

/// One request to the pool, executed by anyone once fresh prices exist.
#[account(zero_copy)]
#[derive(Debug)]
pub struct PoolTicket {
    pub version: u8,
    pub bump: u8,
    /// `PoolTicketKind`.
    pub kind: u8,
    pub _padding: [u8; 5],
    pub id: u64,
    pub owner: Pubkey,
    /// Where the quote came from and where it returns to.
    pub sub_account: Pubkey,
    /// Quote of a deposit (1e6), shares of an exit.
    pub amount: u64,
    pub requested_at: i64,
    pub epoch: u64,
    /// The pool's value (quote 1e6) and shares at the request: an exit is paid no more per share than that, and a deposit
    /// pays no less.
    pub nav_at_request: i64,
    pub shares_at_request: u64,
    /// Exit: the end of its cooldown (unix seconds), from when it may be executed for an hour.
    pub executable_at: i64,
    pub _reserved: [u8; 40],
}

/// The insurance fund. Its quote lies in the quote vault.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Insurance {
    pub version: u8,
    pub bump: u8,
    pub _padding: [u8; 6],
    pub sequence: u64,
    /// Quote (1e6), and the part no loss may touch.
    pub balance: u64,
    pub floor: u64,
    pub _reserved: [u8; 128],
}
