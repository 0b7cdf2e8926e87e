//! Admin instructions count only when they were signed now.
use anchor_lang::prelude::*;
use anchor_lang::system_program;
use solana_instructions_sysvar::load_instruction_at_checked;

use crate::errors::PerpsError;

/// `SystemInstruction::AdvanceNonceAccount`, as the system program reads it.
const ADVANCE_NONCE_ACCOUNT: [u8; 4] = 4u32.to_le_bytes();

/// Refuses a transaction with a durable nonce. An ordinary one dies with its blockhash in about a minute; a durable one
/// can be signed today, kept, and sent when everybody has forgotten it: that is how admin keys that were never stolen
/// emptied an exchange in April 2026. The runtime takes a nonce only from a transaction's first instruction.
pub fn refuse_durable_nonce(instructions: &AccountInfo) -> Result<()> {
    let first = load_instruction_at_checked(0, instructions)?;
    let advances_nonce = first.program_id == system_program::ID && first.data.starts_with(&ADVANCE_NONCE_ACCOUNT);
    require!(!advances_nonce, PerpsError::DurableNonce);
    Ok(())
}
