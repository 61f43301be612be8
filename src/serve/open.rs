//! All connections that are open. When there are as many as there may be, the one that has kept us waiting for the longest
//! makes room, so that connections on which nothing comes lock nobody out.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::connection::{Connection, Phase};
use crate::config::ConnectionLimits;

/// How often connections are looked at that keep us waiting.
const LOOK_MAX: Duration = Duration::from_secs(1);
/// A connection whose request has not come whole in this time keeps us waiting; until then it is new, and stays. At most a
/// quarter of the time its headers have.
const GRACE_MAX: Duration = Duration::from_secs(2);
/// How long a full house waits for somebody to have become one who may be asked to leave.
const FULL_PAUSE: Duration = Duration::from_millis(50);

#[derive(Default)]
struct All {
    last: u64,
    by_number: BTreeMap<u64, Arc<Connection>>,
    by_address: HashMap<IpAddr, usize>,
}

pub(super) struct Open {
    pub limits: ConnectionLimits,
    all: Mutex<All>,
    one_left: Notify,
}

/// A connection's place; given back when it is dropped.
pub(super) struct Place {
    open: Arc<Open>,
    number: u64,
    pub connection: Arc<Connection>,
}

impl Open {
    pub fn new(limits: ConnectionLimits) -> Arc<Self> {
        Arc::new(Self { limits, all: Mutex::default(), one_left: Notify::new() })
    }

    /// Waits until there is room for one more.
    pub async fn room(&self) {
        while self.len() >= self.limits.connections_max.max(1) {
            let one_left = self.one_left.notified();
            self.cut_one(None);
            // Nobody may be asked to leave while all are being answered.
            drop(tokio::time::timeout(FULL_PAUSE, one_left).await);
        }
    }

    /// A place for a connection; none when its address has as many as it may and all of them are being answered.
    pub fn enter(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Place> {
        if address.is_some_and(|address| self.count_of(address) >= self.limits.per_address_max.max(1)) && !self.cut_one(address) {
            metrics::counter!("purser_connections_refused_total").increment(1);
            return None;
        }
        let connection = Arc::new(Connection::new(address));
        let mut all = self.lock();
        all.last += 1;
        let number = all.last;
        all.by_number.insert(number, Arc::clone(&connection));
        if let Some(address) = address {
            *all.by_address.entry(address).or_insert(0) += 1;
        }
        metrics::gauge!("purser_connections").set(all.by_number.len() as f64);
        Some(Place { open: Arc::clone(self), number, connection })
    }

    /// Asks the one to leave that has kept us waiting for the longest, of an address if one is given: first among those whose
    /// request has not come whole for a while, then among those between two requests. One that has just come is never asked.
    /// False when there is none.
    pub fn cut_one(&self, address: Option<IpAddr>) -> bool {
        let all = self.lock();
        let candidates = all.by_number.values().filter(|one| address.is_none() || one.address == address);
        let grace = (self.limits.header_timeout / 4).min(GRACE_MAX).as_millis();
        let rank = |one: &&Arc<Connection>| match one.phase() {
            Phase::Headers | Phase::Body if u128::from(one.waited_millis()) < grace => None,
            Phase::Headers | Phase::Body => Some((0, one.since())),
            Phase::Idle => Some((1, one.since())),
            Phase::Handler => None,
        };
        let Some((_, first)) = candidates.filter_map(|one| Some((rank(&one)?, one))).min_by_key(|(rank, _)| *rank) else {
            return false;
        };
        metrics::counter!("purser_connections_cut_total", "reason" => "full").increment(1);
        first.cut.notify_one();
        true
    }

    /// Cuts those that keep us waiting for too long, for ever.
    pub async fn watch(&self) {
        let limits = &self.limits;
        let shortest = limits.header_timeout.min(limits.body_timeout).min(limits.idle_timeout);
        let pause = (shortest / 4).clamp(Duration::from_millis(10), LOOK_MAX);
        loop {
            tokio::time::sleep(pause).await;
            let overdue: Vec<_> = self.lock().by_number.values().filter(|one| one.is_overdue(limits)).cloned().collect();
            for one in overdue {
                metrics::counter!("purser_connections_cut_total", "reason" => "slow").increment(1);
                one.cut.notify_one();
            }
        }
    }

    pub fn len(&self) -> usize {
        self.lock().by_number.len()
    }

    /// Waits until the last one has left.
    pub async fn empty(&self) {
        while self.len() > 0 {
            drop(tokio::time::timeout(FULL_PAUSE, self.one_left.notified()).await);
        }
    }

    fn count_of(&self, address: IpAddr) -> usize {
        self.lock().by_address.get(&address).copied().unwrap_or(0)
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.open.lock();
        all.by_number.remove(&self.number);
        if let Some(address) = self.connection.address
            && let Some(count) = all.by_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                all.by_address.remove(&address);
            }
        }
        metrics::gauge!("purser_connections").set(all.by_number.len() as f64);
        drop(all);
        self.open.one_left.notify_one();
    }
}

#[cfg(test)]
mod tests;
