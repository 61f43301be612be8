//! Trying whether the database writes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Check;
use crate::db::{Db, instance};
use crate::error::{Error, Result};
use crate::model::Timestamp;

/// A write of our own tells how things stand when nobody else wrote for so long.
const PROBE_EVERY_MILLIS: i64 = 5 * Timestamp::SECOND;
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);
const PROBE_NAME: &str = "write_probe";

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
