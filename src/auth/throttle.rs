//! How often a password or code may be wrong: per account and per address, seen by every process.

use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{OperatorId, Timestamp};

const WINDOW_MILLIS: i64 = 15 * Timestamp::MINUTE;
const PER_ACCOUNT_MAX: usize = 5;
const PER_ADDRESS_MAX: usize = 30;

/// The two subjects of one try.
pub(super) struct Subjects {
    account: String,
    address: Option<String>,
}

impl Subjects {
    /// A password at the door; whether there is such an account makes no difference.
    pub fn account(email: &str, address: Option<&str>) -> Self {
        Self::new(format!("account:{email}"), address)
    }

    /// A code of an account's second factor.
    pub fn code(operator: &OperatorId, address: Option<&str>) -> Self {
        Self::new(format!("code:{operator}"), address)
    }

    /// The password asked for again; apart from the door, so that a session left open can't close it.
    pub fn confirmation(operator: &OperatorId, address: Option<&str>) -> Self {
        Self::new(format!("confirmation:{operator}"), address)
    }

    fn new(account: String, address: Option<&str>) -> Self {
        Self { account, address: address.map(|address| format!("address:{address}")) }
    }

    /// Counts a try as failed before it is judged, so that tries at the same time count too; refuses one too many.
    pub async fn charge(&self, tx: &mut Tx, row_no: i64, now: Timestamp) -> Result<()> {
        for (subject, most) in self.limits() {
            let since = now.plus_millis(-WINDOW_MILLIS);
            let times = db::sign_in_failures::list_times(tx, subject, since, most as i64).await?;
            if let Some(oldest) = times.get(most - 1) {
                let wait_millis = oldest.0 + WINDOW_MILLIS - now.0;
                return Err(Error::TooMany { retry_after_seconds: (wait_millis + Timestamp::SECOND - 1) / Timestamp::SECOND });
            }
        }
        for (subject, _) in self.limits() {
            db::sign_in_failures::insert(tx, subject, row_no, now).await?;
        }
        Ok(())
    }

    /// The try was right: the account starts afresh, the address gets this one back.
    pub async fn forgive(&self, tx: &mut Tx, row_no: i64) -> Result<()> {
        db::sign_in_failures::clear(tx, &self.account).await?;
        match &self.address {
            Some(address) => db::sign_in_failures::delete(tx, address, row_no).await,
            None => Ok(()),
        }
    }

    fn limits(&self) -> impl Iterator<Item = (&str, usize)> {
        let address = self.address.as_deref().map(|address| (address, PER_ADDRESS_MAX));
        std::iter::once((self.account.as_str(), PER_ACCOUNT_MAX)).chain(address)
    }
}

/// Failures older than this play no part.
pub(super) fn is_over_before(now: Timestamp) -> Timestamp {
    now.plus_millis(-WINDOW_MILLIS)
}
