//! How often strangers may call: by the public AppKey they use and by the address they come from. What is counted is kept in
//! this process, bounded in memory, and looked at before a body is read or the database asked.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use moka::sync::Cache;

use crate::config::CallRates;
use crate::error::{Error, Result};

/// Addresses and keys that are counted at the same time; of more than these the rare ones are forgotten first.
const COUNTED_MAX: u64 = 100_000;
/// A count that nobody added to for so long is as good as none.
const KEPT: Duration = Duration::from_secs(120);

type Counter = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// What is counted, each by itself: whoever reserves too much may still verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    Reserve,
    Verify,
    Close,
    Consume,
    Users,
    Products,
    /// What is a user's: consumables, owned, subscriptions.
    Lists,
    /// Any call of the native API with a secret key, known or not.
    Server,
    /// A call in NHN's forms.
    Nhn,
    /// A store's notification.
    Callback,
}

impl CallKind {
    /// Its name in the metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reserve => "reserve",
            Self::Verify => "verify",
            Self::Close => "close",
            Self::Consume => "consume",
            Self::Users => "users",
            Self::Products => "products",
            Self::Lists => "lists",
            Self::Server => "server",
            Self::Nhn => "nhn",
            Self::Callback => "callback",
        }
    }
}

/// Whom a call is counted for, by hashes that only this process can make.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    kind: CallKind,
    address: Option<u64>,
    app_key: Option<u64>,
}

/// The counts of this process.
pub struct CallLimits {
    rates: CallRates,
    hasher: RandomState,
    clock: MonotonicClock,
    counters: Cache<u64, Arc<Counter>>,
}

impl CallLimits {
    pub fn new(rates: CallRates) -> Self {
        let counters = Cache::builder().max_capacity(COUNTED_MAX).time_to_idle(KEPT).build();
        Self { rates, hasher: RandomState::new(), clock: MonotonicClock, counters }
    }

    /// Whom a call is counted for. A network's whole block of IPv6 is one address.
    pub fn counted(&self, kind: CallKind, app_key: Option<&str>, address: Option<IpAddr>) -> Counted {
        let address = address.map(|address| self.hasher.hash_one((kind, "address", block_of(address))));
        let app_key = app_key.map(|key| self.hasher.hash_one((kind, "key", key)));
        Counted { kind, address, app_key }
    }

    /// Counts so many calls; one too many is refused, and says when the next may come.
    pub fn charge(&self, counted: &Counted, calls: NonZeroU32) -> Result<()> {
        let (by_address, by_app_key) = self.rates_of(counted.kind);
        let limits = [("address", counted.address, by_address), ("app_key", counted.app_key, by_app_key)];
        for (by, subject, a_minute) in limits {
            let (Some(subject), Some(a_minute)) = (subject, a_minute) else { continue };
            if let Err(retry_after_seconds) = self.count(subject, a_minute, calls) {
                metrics::counter!("purser_rate_limited_total", "what" => counted.kind.as_str(), "by" => by).increment(1);
                return Err(Error::TooManyRequests { retry_after_seconds });
            }
        }
        Ok(())
    }

    fn rates_of(&self, kind: CallKind) -> (Option<NonZeroU32>, Option<NonZeroU32>) {
        let rates = &self.rates;
        match kind {
            CallKind::Reserve | CallKind::Verify | CallKind::Close => (rates.address_purchases, rates.app_key_purchases),
            CallKind::Consume | CallKind::Users | CallKind::Products | CallKind::Lists => {
                (rates.address_looks, rates.app_key_looks)
            }
            CallKind::Server => (rates.secret_key, None),
            CallKind::Nhn => (rates.nhn, rates.nhn),
            CallKind::Callback => (rates.callbacks, None),
        }
    }

    /// The seconds to wait when it is too many.
    fn count(&self, subject: u64, a_minute: NonZeroU32, calls: NonZeroU32) -> Result<(), i64> {
        const MINUTE_SECONDS: i64 = 60;
        let new = || Arc::new(RateLimiter::direct_with_clock(Quota::per_minute(a_minute), self.clock.clone()));
        let counter = self.counters.get_with(subject, new);
        match counter.check_n(calls) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(self.clock.now());
                Err(i64::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(MINUTE_SECONDS).max(1))
            }
            // More at once than a minute has.
            Err(_) => Err(MINUTE_SECONDS),
        }
    }
}

/// An IPv4 address, also where it is written as one of IPv6; of IPv6 the first 64 bits, which one customer has.
fn block_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & (u128::MAX << 64)).into()),
    }
}

#[cfg(test)]
mod tests;
