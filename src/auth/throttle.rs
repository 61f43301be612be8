//! How often a password or code may be wrong, seen by every process. A try counts for an account and an address together, for
//! the address, and for the account as a whole; from a browser the account is known by it counts for that browser alone, so
//! that nobody elsewhere locks a person out of their own.

use super::address::Address;
use super::visitor::Visitor;
use crate::db::operators::Operator;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{OperatorId, Timestamp};
use crate::state::AppState;

/// How many may be wrong within how long.
#[derive(Debug, Clone, Copy)]
struct Limit {
    most: usize,
    window_millis: i64,
}

const QUARTER_MILLIS: i64 = 15 * Timestamp::MINUTE;
/// A browser that the account is known by.
const PER_DEVICE: Limit = Limit { most: 10, window_millis: QUARTER_MILLIS };
/// An account from one address.
const PER_PAIR: Limit = Limit { most: 5, window_millis: QUARTER_MILLIS };
const PER_ADDRESS: Limit = Limit { most: 30, window_millis: QUARTER_MILLIS };
/// This machine's own address is that of everybody behind a proxy that is not trusted, so it is worth little.
const PER_SHARED_ADDRESS: Limit = Limit { most: 600, window_millis: QUARTER_MILLIS };
/// An account from everywhere it is not known: slow enough to make guessing hopeless.
const PER_ACCOUNT: Limit = Limit { most: 50, window_millis: Timestamp::HOUR };
/// Codes are short.
const CODES_PER_ACCOUNT: Limit = Limit { most: 20, window_millis: Timestamp::HOUR };
const LONGEST_MILLIS: i64 = Timestamp::HOUR;

/// Whom one try counts for.
pub(super) struct Subjects(Vec<Subject>);

struct Subject {
    name: String,
    limit: Limit,
    /// A right try forgives all that were wrong before; else only itself.
    starts_afresh: bool,
}

impl Subjects {
    /// A password at the door; whether there is such an account makes no difference to strangers.
    pub fn account(state: &AppState, email: &str, found: Option<&Operator>, from: &Visitor) -> Self {
        let device = found.and_then(|found| from.known_device(state, found));
        Self::at_door("account", email, device, PER_ACCOUNT, from.address)
    }

    /// A code of an account's second factor at the door.
    pub fn code(state: &AppState, operator: &Operator, from: &Visitor) -> Self {
        let device = from.known_device(state, operator);
        Self::at_door("code", operator.id.as_str(), device, CODES_PER_ACCOUNT, from.address)
    }

    /// A code asked for within a session.
    pub fn code_within(operator: &OperatorId, address: Option<&str>) -> Self {
        Self::within("code-within", operator, address)
    }

    /// The password asked for again; apart from the door, so that a session left open can't close it.
    pub fn confirmation(operator: &OperatorId, address: Option<&str>) -> Self {
        Self::within("confirmation", operator, address)
    }

    fn at_door(kind: &str, account: &str, device: Option<String>, whole: Limit, address: Option<Address>) -> Self {
        match device {
            Some(device) => {
                let name = format!("device:{kind}:{account}:{device}");
                Self(vec![Subject { name, limit: PER_DEVICE, starts_afresh: true }])
            }
            None => Self::new(kind, account, whole, address),
        }
    }

    fn within(kind: &str, operator: &OperatorId, address: Option<&str>) -> Self {
        Self::new(kind, operator.as_str(), CODES_PER_ACCOUNT, address.and_then(Address::parse))
    }

    fn new(kind: &str, account: &str, whole: Limit, address: Option<Address>) -> Self {
        let place = address.map_or_else(|| "unknown".to_owned(), Address::subject);
        let mut all = vec![
            Subject { name: format!("{kind}:{place}:{account}"), limit: PER_PAIR, starts_afresh: true },
            Subject { name: format!("{kind}:everywhere:{account}"), limit: whole, starts_afresh: false },
        ];
        if let Some(address) = address {
            let limit = if address.ip().is_loopback() { PER_SHARED_ADDRESS } else { PER_ADDRESS };
            all.push(Subject { name: format!("address:{place}"), limit, starts_afresh: false });
        }
        Self(all)
    }

    /// Counts a try as failed before it is judged, so that tries at the same time count too; gives its id. Refuses one too many.
    pub async fn charge(&self, tx: &mut Tx, now: Timestamp) -> Result<i64> {
        for Subject { name, limit, .. } in &self.0 {
            let since = now.plus_millis(-limit.window_millis);
            let times = db::sign_in_failures::list_times(tx, name, since, limit.most as i64).await?;
            if let Some(oldest) = times.get(limit.most - 1) {
                let wait_millis = oldest.0 + limit.window_millis - now.0;
                metrics::counter!("purser_sign_ins_refused_total").increment(1);
                return Err(Error::TooMany { retry_after_seconds: (wait_millis + Timestamp::SECOND - 1) / Timestamp::SECOND });
            }
        }
        let try_id = db::next_row_id(now);
        for subject in &self.0 {
            db::sign_in_failures::insert(tx, &subject.name, try_id, now).await?;
        }
        Ok(try_id)
    }

    /// The try was right: the account starts afresh where it came from, and the others get this one back.
    pub async fn forgive(&self, tx: &mut Tx, try_id: i64) -> Result<()> {
        for subject in &self.0 {
            match subject.starts_afresh {
                true => db::sign_in_failures::clear(tx, &subject.name).await?,
                false => db::sign_in_failures::delete(tx, &subject.name, try_id).await?,
            }
        }
        Ok(())
    }

    /// Whether the try comes from a browser that the account is known by.
    pub fn is_known(&self) -> bool {
        self.0.iter().any(|subject| subject.name.starts_with("device:"))
    }
}

/// Failures older than this play no part.
pub(super) fn is_over_before(now: Timestamp) -> Timestamp {
    now.plus_millis(-LONGEST_MILLIS)
}
