//! The background loops, their pace and limits, in one list. Each pass is safe to run twice and on any process: what must
//! not be done twice is taken by lease.
//!
//! | Loop | Pace | Limit |
//! |---|---|---|
//! | sweep | every 10 minutes | 1,000 rows a statement |
//! | notifications | when one comes in, and every second | 64 a claim, 8 at once |
//! | backfill planned | at start and every hour | every App Store app with a key |
//! | backfill | every 10 seconds | 50 pages of notifications an app |
//! | refund history | every 10 seconds | 50 buyers an app, each once a day |
//! | refund questions | every 10 seconds | by lease |
//! | expiry | every 10 seconds | 500 subscriptions a statement |
//! | waiting proofs | every 10 seconds | by lease, 200 an app, 2,000 in all |
//! | simulated life | every second, while the simulator is on | 200 subscriptions a transaction |
//! | simulated notifications | when one is made, and every second | 64 a claim, 8 at once |
//! | counted calls | every 5 seconds, and once more when the server stops | |

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{Notify, watch};
use tokio::time::MissedTickBehavior;

use crate::auth;
use crate::db;
use crate::error::Result;
use crate::nhn;
use crate::notifications;
use crate::payments;
use crate::simulator;
use crate::state::AppState;
use crate::subscriptions;

const SWEEP_ROWS: i64 = 1_000;

/// One background loop.
struct Loop {
    name: &'static str,
    every: Duration,
    /// What rouses it before its time.
    wake: fn(&AppState) -> Option<&Notify>,
    pass: fn(AppState) -> BoxFuture<'static, Result<()>>,
}

const LOOPS: &[Loop] = &[
    Loop {
        name: "sweep",
        every: Duration::from_secs(600),
        wake: |_| None,
        pass: |state| async move { sweep(&state).await }.boxed(),
    },
    Loop {
        name: "notifications",
        every: Duration::from_secs(1),
        wake: |state| Some(&state.wakes.notifications),
        pass: |state| async move { notifications::apply_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "healing planned",
        every: Duration::from_secs(3_600),
        wake: |_| None,
        pass: |state| async move { notifications::schedule_backfills(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "healing",
        every: Duration::from_secs(10),
        wake: |_| None,
        pass: |state| async move { notifications::backfill_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "refund history",
        every: Duration::from_secs(10),
        wake: |_| None,
        pass: |state| async move { notifications::find_refunds_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "refund questions",
        every: Duration::from_secs(10),
        wake: |_| None,
        pass: |state| async move { notifications::answer_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "expiry",
        every: Duration::from_secs(10),
        wake: |_| None,
        pass: |state| async move { subscriptions::expire_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "waiting proofs",
        every: Duration::from_secs(10),
        wake: |_| None,
        pass: |state| async move { payments::verify_waiting(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "simulated life",
        every: Duration::from_secs(1),
        wake: |_| None,
        pass: |state| async move { simulator::run_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "simulated notifications",
        every: Duration::from_secs(1),
        wake: |state| Some(&state.wakes.simulator),
        pass: |state| async move { simulator::send_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "counted calls",
        every: Duration::from_secs(5),
        wake: |_| None,
        pass: |state| async move { nhn::flush_calls(&state).await.map(drop) }.boxed(),
    },
];

/// Starts the loops; they end when `stopped` turns true. One that ends before is told to the vitals.
pub fn start(state: &AppState, stopped: watch::Receiver<bool>) {
    for work in LOOPS {
        let (state, stopped) = (state.clone(), stopped.clone());
        tokio::spawn(async move {
            let (of_pass, of_wake) = (state.clone(), state.clone());
            let pass = move || (work.pass)(of_pass.clone());
            let woken = move || wait_for_wake(of_wake.clone(), work.wake).boxed();
            if AssertUnwindSafe(repeat((work.name, work.every), woken, pass, stopped)).catch_unwind().await.is_err() {
                state.vitals.note_stopped(work.name);
            }
        });
    }
}

async fn wait_for_wake(state: AppState, wake: fn(&AppState) -> Option<&Notify>) {
    match wake(&state) {
        Some(wake) => wake.notified().await,
        None => std::future::pending().await,
    }
}

async fn repeat(
    (name, every): (&'static str, Duration),
    woken: impl Fn() -> BoxFuture<'static, ()>,
    pass: impl Fn() -> BoxFuture<'static, Result<()>>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = woken() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        // What a pass held when it panicked was undone or is somebody else's by lease, so the next one begins afresh.
        match AssertUnwindSafe(async { pass().await }).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "{name} failed; it is tried again"),
            Err(_) => {
                tracing::error!("{name} panicked; it is tried again");
                metrics::counter!("purser_worker_panics_total", "loop" => name).increment(1);
            }
        }
    }
}

/// Closes reservations nobody paid, and removes what has expired and nobody will ask for: sessions, links, stored answers of
/// repeated calls, reservations that never became a purchase, store notifications that were applied long ago.
pub async fn sweep(state: &AppState) -> Result<()> {
    auth::delete_expired(state).await?;
    nhn::delete_old_calls(state).await?;
    delete_expired_answers(state).await?;
    notifications::delete_old(state).await?;
    payments::close_unpaid(state).await?;
    payments::delete_unpaid(state).await.map(drop)
}

async fn delete_expired_answers(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    loop {
        let gone = state.db.write(async |tx| db::idempotency::delete_expired(tx, now, SWEEP_ROWS).await).await?;
        if gone < SWEEP_ROWS.unsigned_abs() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::error::Error;

    #[tokio::test]
    async fn a_loop_goes_on_after_a_panic_and_counts_it() {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let counted = recorder.handle();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let (stop, stopped) = watch::channel(false);
        let (stop, passes) = (Arc::new(stop), Arc::new(AtomicU32::new(0)));
        let pass = {
            let passes = Arc::clone(&passes);
            move || {
                let (stop, pass) = (Arc::clone(&stop), passes.fetch_add(1, Ordering::SeqCst) + 1);
                async move {
                    match pass {
                        1 => panic!("as a test wants it"),
                        2 => Err(Error::NotFound("luck")),
                        _ => stop.send(true).map_err(Error::internal),
                    }
                }
                .boxed()
            }
        };
        repeat(("tested", Duration::from_millis(1)), || std::future::pending().boxed(), pass, stopped).await;
        assert_eq!(passes.load(Ordering::SeqCst), 3);
        assert!(counted.render().contains("purser_worker_panics_total{loop=\"tested\"} 1"), "{}", counted.render());
    }
}
