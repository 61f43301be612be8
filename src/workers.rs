//! The background loops, their pace and limits, in one list. Each pass is safe to run twice and on any process: what must
//! not be done twice is taken by lease.
//!
//! | Loop | Pace | Limit |
//! |---|---|---|
//! | sweep | every 10 minutes | 1,000 rows a statement |
//! | notices | when one comes in, and every second | 64 a claim, 8 at once |
//! | healing planned | at start and every hour | every App Store app with a key |
//! | healing | every 10 seconds | 50 pages of notices an app |
//! | refund history | every 10 seconds | 50 buyers an app, each once a day |
//! | refund questions | every 10 seconds | by lease |
//! | expiry | every 10 seconds | 500 subscriptions a statement |
//! | waiting proofs | every 10 seconds | by lease |
//! | simulated life | every second, while the simulator is on | 200 subscriptions a transaction |
//! | simulated notices | when one is made, and every second | 64 a claim, 8 at once |
//! | counted calls | every 5 seconds, and once more when the server stops | |

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
        name: "notices",
        every: Duration::from_secs(1),
        wake: |state| Some(&state.wakes.notices),
        pass: |state| async move { notifications::apply_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "healing planned",
        every: Duration::from_secs(3_600),
        wake: |_| None,
        pass: |state| async move { notifications::plan_healing(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "healing",
        every: Duration::from_secs(10),
        wake: |_| None,
        pass: |state| async move { notifications::heal_due(&state).await.map(drop) }.boxed(),
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
        pass: |state| async move { simulator::happen_due(&state).await.map(drop) }.boxed(),
    },
    Loop {
        name: "simulated notices",
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

/// Starts the loops; they end when `stopped` turns true.
pub fn start(state: &AppState, stopped: watch::Receiver<bool>) {
    for work in LOOPS {
        tokio::spawn(run(work, state.clone(), stopped.clone()));
    }
}

async fn run(work: &'static Loop, state: AppState, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(work.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let woken = async {
            match (work.wake)(&state) {
                Some(wake) => wake.notified().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = ticks.tick() => {}
            () = woken => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = (work.pass)(state.clone()).await {
            tracing::error!(%error, "{} failed; it is tried again", work.name);
        }
    }
}

/// Closes reservations nobody paid, and removes what has expired and nobody will ask for: sessions, links, stored answers of
/// repeated calls, reservations that never became a purchase, store notices that were applied long ago.
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
