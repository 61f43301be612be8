use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::hosts::World;
use super::limits::CONCURRENT_PER_APP;
use crate::model::{AppSeq, Timestamp};

const APPS_MAX: u64 = 10_000;

/// What one app may still ask: a few questions at a time, and none of a kind the store has asked us to hold.
pub struct Gates {
    apps: Cache<AppSeq, Arc<Gate>>,
}

pub struct Gate {
    permits: Arc<Semaphore>,
    pauses: Mutex<HashMap<(World, &'static str), Timestamp>>,
}

impl Gates {
    pub fn new() -> Self {
        Self { apps: Cache::new(APPS_MAX) }
    }

    pub fn of(&self, app: AppSeq) -> Arc<Gate> {
        let make = || Arc::new(Gate { permits: Arc::new(Semaphore::new(CONCURRENT_PER_APP)), pauses: Mutex::default() });
        self.apps.get_with(app, make)
    }
}

impl Gate {
    /// Waits until fewer than the limit are asking; none when the gate is closed, which it never is.
    pub async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        self.permits.clone().acquire_owned().await.ok()
    }

    /// Until when a kind of question is held back, if it is.
    pub fn held_until(&self, world: World, kind: &'static str, now: Timestamp) -> Option<Timestamp> {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.get(&(world, kind)).copied().filter(|until| *until > now)
    }

    pub fn hold(&self, world: World, kind: &'static str, until: Timestamp) {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner).insert((world, kind), until);
    }
}
