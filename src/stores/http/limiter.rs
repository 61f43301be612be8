use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::sync::Cache;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::queue::FairQueue;
use crate::model::{AppSeq, Timestamp};
use crate::stores::{Asking, Priority};

const APPS_MAX: u64 = 10_000;

/// What one app may still ask: a few questions at a time, and none of a kind the store has asked us to hold.
pub struct Gates {
    /// The store's code, which metrics count by.
    store: &'static str,
    apps: Cache<AppSeq, Arc<Limiter>>,
}

/// What a store counts together when it limits calls: one of its environments, and a kind of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bucket {
    pub environment: &'static str,
    pub kind: &'static str,
}

pub struct Limiter {
    store: &'static str,
    queue: Mutex<FairQueue<oneshot::Sender<()>>>,
    pauses: Mutex<HashMap<Bucket, Timestamp>>,
}

/// A place among those who ask; free again when dropped.
pub struct Permit {
    limiter: Arc<Limiter>,
    priority: Priority,
    free_at: Instant,
}

/// Too many wait already.
#[derive(Debug)]
pub struct QueueFull;

impl Gates {
    pub fn new(store: &'static str) -> Self {
        Self { store, apps: Cache::new(APPS_MAX) }
    }

    pub fn of(&self, app: AppSeq) -> Arc<Limiter> {
        let new = || Limiter { store: self.store, queue: Mutex::new(FairQueue::new()), pauses: Mutex::default() };
        self.apps.get_with(app, || Arc::new(new()))
    }
}

impl Limiter {
    /// Waits for a place among those who ask. It is held for `held_min` at least, also when its call is broken off.
    pub async fn enter(self: &Arc<Self>, asking: Asking, held_min: Duration) -> Result<Permit, QueueFull> {
        let Asking { priority, caller, .. } = asking;
        let permit = || Permit { limiter: Arc::clone(self), priority, free_at: Instant::now() + held_min };
        let (call, called) = oneshot::channel();
        let ticket = {
            let mut queue = self.queue();
            if queue.start(priority) {
                return Ok(permit());
            }
            queue.push(priority, caller, call).ok_or(QueueFull)?
        };
        let mut waiter = Waiter { limiter: self, priority, caller, ticket, called, is_over: false };
        metrics::gauge!("purser_store_queue_depth", "store" => self.store).increment(1.0);
        let is_called = (&mut waiter.called).await.is_ok();
        waiter.is_over = true;
        if is_called { Ok(permit()) } else { Err(QueueFull) }
    }

    fn leave(&self, priority: Priority) {
        let mut queue = self.queue();
        queue.finish(priority);
        while let Some(call) = queue.next() {
            // Whoever stops waiting takes itself out of the queue first, so that it is there.
            call.send(()).unwrap_or_default();
        }
    }

    fn queue(&self) -> MutexGuard<'_, FairQueue<oneshot::Sender<()>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until when a kind of question is held back, if it is.
    pub fn held_until(&self, bucket: Bucket, now: Timestamp) -> Option<Timestamp> {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.get(&bucket).copied().filter(|until| *until > now)
    }

    /// Holds a bucket's questions back until a moment.
    pub fn hold(&self, bucket: Bucket, until: Timestamp) {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner).insert(bucket, until);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let (limiter, priority) = (Arc::clone(&self.limiter), self.priority);
        let left = self.free_at.saturating_duration_since(Instant::now());
        match Handle::try_current() {
            Ok(runtime) if !left.is_zero() => drop(runtime.spawn(async move {
                sleep(left).await;
                limiter.leave(priority);
            })),
            _ => limiter.leave(priority),
        }
    }
}

/// One who waits; takes itself out of the queue when it stops waiting, and passes on a turn that came too late.
struct Waiter<'g> {
    limiter: &'g Arc<Limiter>,
    priority: Priority,
    caller: u64,
    ticket: u64,
    called: oneshot::Receiver<()>,
    is_over: bool,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        metrics::gauge!("purser_store_queue_depth", "store" => self.limiter.store).decrement(1.0);
        if self.is_over {
            return;
        }
        let was_waiting = self.limiter.queue().remove(self.priority, self.caller, self.ticket);
        if !was_waiting && self.called.try_recv().is_ok() {
            self.limiter.leave(self.priority);
        }
    }
}
