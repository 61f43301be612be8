//! Whether the database takes writes, and whether the writer lives.

mod probe;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::{Mutex, watch};

use crate::error::{Error, Result, is_storage_fault};

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
