//! PORT: the master key and what is derived from it: sealing of stored secrets, access tokens, account tokens, user tokens.
//! Nothing here is stored but sealed text; every comparison is in constant time.

mod devices;
mod master;
mod random;
mod seal;
mod tokens;
mod user_tokens;

use crate::error::Result;

pub use devices::{Device, Devices};
pub use master::MasterKey;
pub use random::{hash_secret, random_bytes, random_salt, random_text};
pub use seal::Sealer;
pub use tokens::{OpenedToken, Tokens};
pub use user_tokens::UserTokens;

/// Everything derived from the master key, ready for use; cheap to clone.
#[derive(Clone)]
pub struct Keys {
    pub sealer: Sealer,
    pub tokens: Tokens,
    pub devices: Devices,
    pub user_tokens: UserTokens,
    fingerprint: String,
}

impl Keys {
    pub fn new(master: &MasterKey) -> Result<Self> {
        Ok(Self {
            sealer: Sealer::new(master)?,
            tokens: Tokens::new(master)?,
            devices: Devices::new(master)?,
            user_tokens: UserTokens::new(master)?,
            fingerprint: master.fingerprint()?,
        })
    }

    /// Tells two master keys apart without telling anything of them; kept in the database to catch a wrong key at start.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}
