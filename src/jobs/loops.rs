//! One loop a job: a pass at its pace, and whenever it is roused, until the server stops.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{Notify, watch};
use tokio::time::MissedTickBehavior;

use super::job::{Job, Pace};
use super::runner::{count_panic, run_due};
use crate::error::Result;
use crate::state::{AppState, Wakes};

/// The loop of one job.
pub(super) struct Loop {
    pub(super) kind: &'static str,
    pub(super) pace: Pace,
    pass: Box<dyn Fn(AppState) -> BoxFuture<'static, Result<()>> + Send + Sync>,
}

impl Loop {
    pub(super) fn of<J: Job>(job: J) -> Self {
        let job = Arc::new(job);
        let pass = move |state: AppState| {
            let job = Arc::clone(&job);
            async move { run_due(&state, &*job).await.map(drop) }.boxed()
        };
        Self { kind: J::KIND, pace: J::PACE, pass: Box::new(pass) }
    }

    /// Goes on until `stopped` turns true. One that ends before is told to the vitals.
    pub(super) fn start(self, state: &AppState, stopped: watch::Receiver<bool>) {
        let state = state.clone();
        tokio::spawn(async move {
            let (kind, wake) = (self.kind, self.pace.wake);
            let (of_pass, of_wake) = (state.clone(), state.clone());
            let pass = move || (self.pass)(of_pass.clone());
            let roused = move || roused_owned(of_wake.clone(), wake).boxed();
            if AssertUnwindSafe(repeat(kind, self.pace.every, roused, pass, stopped)).catch_unwind().await.is_err() {
                state.vitals.note_stopped(kind);
            }
        });
    }
}

async fn roused_owned(state: AppState, wake: Option<fn(&Wakes) -> &Notify>) {
    roused(&state, wake).await;
}

/// Waits for whatever rouses a job; for ever where nothing does.
pub(super) async fn roused(state: &AppState, wake: Option<fn(&Wakes) -> &Notify>) {
    match wake {
        Some(wake) => wake(&state.wakes).notified().await,
        None => std::future::pending().await,
    }
}

async fn repeat(
    kind: &'static str,
    every: Duration,
    roused: impl Fn() -> BoxFuture<'static, ()>,
    pass: impl Fn() -> BoxFuture<'static, Result<()>>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            // Who is told to stop makes no pass more, whatever else is due.
            biased;
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => {}
            () = roused() => {}
        }
        // What a pass held when it panicked was undone or is somebody else's by lease, so the next one begins afresh.
        match AssertUnwindSafe(async { pass().await }).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(job = kind, %error, "a pass failed; it is tried again"),
            Err(_) => {
                tracing::error!(job = kind, "a pass panicked; it is tried again");
                count_panic(kind);
            }
        }
    }
}

#[cfg(test)]
mod tests;
