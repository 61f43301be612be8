//! One client's connection: what it waits for, and since when.

use std::net::IpAddr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Instant;

use tokio::sync::Notify;

use crate::config::ConnectionLimits;

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// The headers of its first request, or the rest of a further one's.
    Headers,
    /// The rest of a request's body.
    Body,
    /// Us.
    Handler,
    /// The next request; or the client, who takes the answer.
    Idle,
}

pub(super) struct Connection {
    phase: AtomicU8,
    /// When the phase began or, of a body or an answer, when some of it last passed: milliseconds since the first connection.
    since: AtomicU64,
    /// Who is counted for it; none for this machine and for proxies.
    pub address: Option<IpAddr>,
    /// Ends it.
    pub cut: Notify,
}

impl Connection {
    pub fn new(address: Option<IpAddr>) -> Self {
        let (phase, since) = (AtomicU8::new(Phase::Headers as u8), AtomicU64::new(millis()));
        Self { phase, since, address, cut: Notify::new() }
    }

    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Headers,
            1 => Phase::Body,
            2 => Phase::Handler,
            _ => Phase::Idle,
        }
    }

    pub fn enter(&self, phase: Phase) {
        self.since.store(millis(), Ordering::Relaxed);
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// Some bytes came. Between two requests they are the next one's headers, which from then on have their time.
    pub fn note_read(&self) {
        match self.phase() {
            Phase::Idle => self.enter(Phase::Headers),
            Phase::Body => self.since.store(millis(), Ordering::Relaxed),
            Phase::Headers | Phase::Handler => {}
        }
    }

    /// Some bytes went.
    pub fn note_written(&self) {
        if self.phase() == Phase::Idle {
            self.since.store(millis(), Ordering::Relaxed);
        }
    }

    /// Milliseconds on the clock of `since`.
    pub fn since(&self) -> u64 {
        self.since.load(Ordering::Relaxed)
    }

    /// How long the phase has lasted.
    pub fn waited_millis(&self) -> u64 {
        millis().saturating_sub(self.since())
    }

    /// Whether the client has kept us waiting for too long.
    pub fn is_overdue(&self, limits: &ConnectionLimits) -> bool {
        let most = match self.phase() {
            Phase::Headers => limits.header_timeout,
            Phase::Body => limits.body_timeout,
            Phase::Idle => limits.idle_timeout,
            // A request's time is the router's affair.
            Phase::Handler => return false,
        };
        u128::from(self.waited_millis()) > most.as_millis()
    }
}

fn millis() -> u64 {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(FIRST.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Who is counted for a connection from `peer`: of IPv6 the network, for one customer has all of its addresses.
pub(super) fn counted_address(peer: IpAddr, limits: &ConnectionLimits) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    if limits.is_behind_proxy || peer.is_loopback() {
        return None;
    }
    Some(match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    })
}
