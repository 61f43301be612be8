//! Whether the database takes writes, and whether the writer lives.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use super::{Db, instance};
use crate::error::{Error, Result, is_storage_fault};
use crate::model::Timestamp;

/// A write of our own tells how things stand when nobody else wrote for so long.
const PROBE_EVERY_MILLIS: i64 = 5 * Timestamp::SECOND;
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);
const PROBE_NAME: &str = "write_probe";

/// What was last seen of writes.
pub(super) struct Health {
    lost: watch::Sender<Option<&'static str>>,
    /// How many writes ended in a way that says something of the database.
    told: AtomicU64,
    is_good: AtomicBool,
    last_check: Mutex<Check>,
}

#[derive(Default)]
struct Check {
    at: i64,
    told: u64,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            lost: watch::Sender::new(None),
            told: AtomicU64::new(0),
            is_good: AtomicBool::new(true),
            last_check: Mutex::default(),
        }
    }
}

impl Health {
    /// Notes how a write ended; a refusal by its closure says nothing of the database.
    pub fn note<T>(&self, result: &Result<T>) {
        let is_good = match result {
            Ok(_) => true,
            Err(Error::Database(error)) if is_storage_fault(error) => false,
            Err(_) => return,
        };
        self.tell(is_good);
    }

    pub fn tell(&self, is_good: bool) {
        self.is_good.store(is_good, Ordering::Relaxed);
        self.told.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a part has died which can't be started again.
    pub fn lose(&self, cause: &'static str) {
        tracing::error!("{cause}");
        self.lost.send_replace(Some(cause));
    }

    pub async fn until_lost(&self) -> &'static str {
        let mut lost = self.lost.subscribe();
        let cause = lost.wait_for(Option::is_some).await.ok().and_then(|cause| *cause);
        match cause {
            Some(cause) => cause,
            None => std::future::pending().await,
        }
    }
}

impl Db {
    /// What has died that only a new process brings back; none while all lives.
    pub fn lost(&self) -> Option<&'static str> {
        *self.health().lost.borrow()
    }

    /// Waits until something has died that only a new process brings back.
    pub async fn until_lost(&self) -> &'static str {
        self.health().until_lost().await
    }

    /// Whether writes succeed: as the last one showed, or a small one made for this.
    pub async fn check_writes(&self, now: Timestamp) -> Result<()> {
        let health = self.health();
        let mut last = health.last_check.lock().await;
        let is_recent = (0..PROBE_EVERY_MILLIS).contains(&(now.0 - last.at));
        let told = health.told.load(Ordering::Relaxed);
        if told == last.told && !is_recent {
            let probe = self.write(async |tx| instance::set(tx, PROBE_NAME, "", now).await);
            let probed = tokio::time::timeout(PROBE_TIMEOUT, probe).await;
            if !matches!(probed, Ok(Ok(()))) {
                tracing::error!(?probed, "a write that was to show whether writes succeed failed");
                health.tell(false);
            }
        }
        let told = health.told.load(Ordering::Relaxed);
        if told != last.told {
            *last = Check { at: now.0, told };
        }
        if health.is_good.load(Ordering::Relaxed) { Ok(()) } else { Err(Error::internal("writes fail")) }
    }
}
