pub mod close_sub_account;
pub mod collect_referral_rewards;
pub mod create_sub_account;
pub mod create_user_account;
pub mod update_sub_account;
pub mod update_user_account;

pub use close_sub_account::*;
pub use collect_referral_rewards::*;
pub use create_sub_account::*;
pub use create_user_account::*;
pub use update_sub_account::*;
pub use update_user_account::*;
