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
mod tests {
    use super::*;
    use crate::serve::connection::counted_address;

    fn limits(connections_max: usize, per_address_max: usize) -> ConnectionLimits {
        let timeout = Duration::from_secs(60);
        ConnectionLimits {
            // So that nobody counts as new.
            header_timeout: Duration::ZERO,
            body_timeout: timeout,
            idle_timeout: timeout,
            connections_max,
            per_address_max,
            is_behind_proxy: false,
        }
    }

    fn is_cut(place: &Place) -> bool {
        use futures::FutureExt;
        place.connection.cut.notified().now_or_never().is_some()
    }

    #[tokio::test]
    async fn one_address_makes_room_for_itself_and_takes_none_from_others() {
        let open = Open::new(limits(100, 2));
        let (flood, other) = ("192.0.2.1".parse().ok(), "192.0.2.2".parse().ok());
        let first = open.enter(flood).expect("room");
        let second = open.enter(flood).expect("room");
        let honest = open.enter(other).expect("room");
        second.connection.enter(Phase::Handler);
        let third = open.enter(flood).expect("the first makes room");
        assert!(is_cut(&first) && !is_cut(&second) && !is_cut(&honest));
        drop(first);
        third.connection.enter(Phase::Handler);
        assert!(open.enter(flood).is_none(), "both are being answered");
        drop((second, third, honest));
        assert_eq!((open.len(), open.lock().by_address.len()), (0, 0));
    }

    #[tokio::test]
    async fn a_full_house_cuts_who_sends_no_request_before_who_is_between_two() {
        let open = Open::new(limits(3, 3));
        let [idle, busy, silent] = [(); 3].map(|()| open.enter(None).expect("room"));
        idle.connection.enter(Phase::Idle);
        busy.connection.enter(Phase::Handler);
        assert!(open.cut_one(None) && is_cut(&silent) && !is_cut(&idle) && !is_cut(&busy));
        drop(silent);
        open.room().await;
        let again = open.enter(None).expect("room");
        again.connection.enter(Phase::Handler);
        assert!(open.cut_one(None) && is_cut(&idle) && !is_cut(&again));
    }

    #[tokio::test]
    async fn who_has_just_come_is_never_asked_to_leave() {
        let open = Open::new(ConnectionLimits { header_timeout: Duration::from_secs(60), ..limits(3, 2) });
        let [idle, new, newer] = [(); 3].map(|()| open.enter(None).expect("room"));
        idle.connection.enter(Phase::Idle);
        assert!(open.cut_one(None) && is_cut(&idle) && !is_cut(&new) && !is_cut(&newer));
        drop(idle);
        assert!(!open.cut_one(None), "nobody has kept us waiting");
    }

    #[test]
    fn addresses_are_counted_by_customer() {
        let count = |peer: &str, is_behind_proxy| {
            let limits = ConnectionLimits { is_behind_proxy, ..limits(1, 1) };
            counted_address(peer.parse().expect("an address"), &limits).map(|address| address.to_string())
        };
        assert_eq!(count("192.0.2.7", false).as_deref(), Some("192.0.2.7"));
        assert_eq!(count("::ffff:192.0.2.7", false).as_deref(), Some("192.0.2.7"));
        assert_eq!(count("2001:db8:1:2:3:4:5:6", false).as_deref(), Some("2001:db8:1:2::"));
        assert_eq!((count("127.0.0.1", false), count("::1", false), count("192.0.2.7", true)), (None, None, None));
    }
}
