//! The background loops, their pace and limits, in one list. Each pass is safe to run twice and on any process.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::auth;
use crate::db;
use crate::error::Result;
use crate::state::AppState;

const SWEEP_EVERY: Duration = Duration::from_secs(600);
const SWEEP_ROWS: i64 = 1_000;

/// Starts the loops; they end when `stopped` turns true.
pub fn start(state: &AppState, stopped: watch::Receiver<bool>) {
    tokio::spawn(sweep_loop(state.clone(), stopped));
}

async fn sweep_loop(state: AppState, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = sweep(&state).await {
            tracing::error!(%error, "sweeping expired rows failed; it is tried again");
        }
    }
}

/// Removes what has expired and nobody will ask for: sessions, links, stored answers of repeated calls.
pub async fn sweep(state: &AppState) -> Result<()> {
    auth::delete_expired(state).await?;
    let now = state.clock.now();
    loop {
        let gone = state.db.write(async |tx| db::idempotency::delete_expired(tx, now, SWEEP_ROWS).await).await?;
        if gone < SWEEP_ROWS.unsigned_abs() {
            return Ok(());
        }
    }
}
