//! The limits that are configured: connections, calls, and how long data is kept.

use std::num::NonZeroU32;
use std::time::Duration;

use super::optional_number;
use crate::error::Result;

/// How many connections there may be and how long each may keep us waiting.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// `PURSER_HEADER_TIMEOUT_SECONDS`: from the connection, or the first byte of a further request, to the end of that
    /// request's headers.
    pub header_timeout: Duration,
    /// `PURSER_BODY_TIMEOUT_SECONDS`: between two parts of a request's body.
    pub body_timeout: Duration,
    /// `PURSER_IDLE_TIMEOUT_SECONDS`: between two requests, and between two parts of an answer that the client takes.
    pub idle_timeout: Duration,
    /// `PURSER_CONNECTIONS_MAX`
    pub connections_max: usize,
    /// `PURSER_CONNECTIONS_PER_ADDRESS_MAX`: of one address, unless it is this machine's own.
    pub per_address_max: usize,
    /// Whether every connection comes from a proxy, so that addresses tell nothing (`PURSER_TRUST_PROXY`).
    pub is_behind_proxy: bool,
}

/// Calls a minute, and as many at once, of each kind: `off` is none. A carrier's whole network may stand behind one address, so
/// these stop floods and nobody's launch: 20,000 players behind one address who open a game within ten minutes are 2,000 a
/// minute, and if every tenth of them buys, 200.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallRates {
    /// `PURSER_LIMIT_APP_KEY_PURCHASES`: reserve, verify, close (each) by one AppKey.
    pub app_key_purchases: Option<NonZeroU32>,
    /// `PURSER_LIMIT_APP_KEY_LOOKS`: users, products, lists, consume (each) by one AppKey.
    pub app_key_looks: Option<NonZeroU32>,
    /// `PURSER_LIMIT_ADDRESS_PURCHASES`: the former from one address.
    pub address_purchases: Option<NonZeroU32>,
    /// `PURSER_LIMIT_ADDRESS_LOOKS`: the latter from one address.
    pub address_looks: Option<NonZeroU32>,
    /// `PURSER_LIMIT_CALLBACKS`: store notifications from one address.
    pub callbacks: Option<NonZeroU32>,
    /// `PURSER_LIMIT_NHN`: calls in NHN's forms by one AppKey, and from one address.
    pub nhn: Option<NonZeroU32>,
    /// `PURSER_LIMIT_SECRET_KEY`: calls with a secret key, right or wrong, from one address.
    pub secret_key: Option<NonZeroU32>,
}

impl CallRates {
    pub(super) fn from_lookup(lookup: &impl Fn(&str) -> Option<String>) -> Result<Self> {
        let rate = |name, default| optional_number(lookup, name, Some(default), 1..=10_000_000);
        Ok(Self {
            app_key_purchases: rate("PURSER_LIMIT_APP_KEY_PURCHASES", 12_000)?.and_then(NonZeroU32::new),
            app_key_looks: rate("PURSER_LIMIT_APP_KEY_LOOKS", 60_000)?.and_then(NonZeroU32::new),
            address_purchases: rate("PURSER_LIMIT_ADDRESS_PURCHASES", 600)?.and_then(NonZeroU32::new),
            address_looks: rate("PURSER_LIMIT_ADDRESS_LOOKS", 3_000)?.and_then(NonZeroU32::new),
            callbacks: rate("PURSER_LIMIT_CALLBACKS", 12_000)?.and_then(NonZeroU32::new),
            nhn: rate("PURSER_LIMIT_NHN", 60_000)?.and_then(NonZeroU32::new),
            secret_key: rate("PURSER_LIMIT_SECRET_KEY", 120_000)?.and_then(NonZeroU32::new),
        })
    }
}

/// How long what never became a purchase, and what was done with, is kept; none is for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// `PURSER_RESERVATION_OPEN_HOURS`: a reservation nobody paid for so long is closed; a later purchase still settles it.
    pub reservation_open_hours: Option<u32>,
    /// `PURSER_RESERVATION_KEPT_DAYS`: one that was closed and never paid is removed so long after it was made.
    pub reservation_kept_days: Option<u32>,
    /// `PURSER_NOTIFICATIONS_KEPT_DAYS`: store notifications that were applied are removed so long after they came, and reservations
    /// whose proof was refused as long after they were made.
    pub notifications_kept_days: Option<u32>,
}

impl Retention {
    pub(super) fn from_lookup(lookup: &impl Fn(&str) -> Option<String>) -> Result<Self> {
        Ok(Self {
            reservation_open_hours: optional_number(lookup, "PURSER_RESERVATION_OPEN_HOURS", Some(24), 1..=8_760)?,
            // A store tells again of what it could not tell for days.
            reservation_kept_days: optional_number(lookup, "PURSER_RESERVATION_KEPT_DAYS", Some(30), 7..=36_500)?,
            // Apple lists what it sent for 180 days, and what is in the list is put in again.
            notifications_kept_days: optional_number(lookup, "PURSER_NOTIFICATIONS_KEPT_DAYS", Some(400), 200..=36_500)?,
        })
    }
}
