//! SQLite's log of what was committed is copied into the database (a checkpoint) beside the writer, who does not wait for it.
//! Only the last pages are copied by the writer, between two commits, so that the log is done with and begins anew.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::watch;

/// Pages (of 4 KiB) that are copied together: one that many commits change is copied once.
const DUE_PAGES: i64 = 8_000;
/// So few that a commit may wait for them.
const FEW_PAGES: i64 = 200;
/// Each pass copies what was committed during the one before.
const PASSES_MAX: u32 = 4;
/// How many commits copy the last pages: a log that somebody reads at that moment can't begin anew.
const TRIES_MAX: u32 = 16;
/// How often the log is looked at, while there are commits.
const LOOK: Duration = Duration::from_millis(50);

const LOOK_AT: &str = "PRAGMA wal_checkpoint(NOOP)";
/// Copies what it may without making anybody wait.
const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// The writer's part of it.
pub(super) struct Checkpoints {
    commits: watch::Sender<()>,
    /// Commits that are still to copy the last pages.
    tries: Arc<AtomicU32>,
}

/// The log, in pages.
struct Log {
    all: i64,
    left: i64,
}

impl Checkpoints {
    /// Starts copying on a connection of its own; it ends when this is dropped.
    pub fn start(conn: SqliteConnection) -> Self {
        let (commits, committed) = watch::channel(());
        let tries = Arc::default();
        tokio::spawn(run(conn, committed, Arc::clone(&tries)));
        Self { commits, tries }
    }

    /// To be called after a commit, before the next one begins.
    pub async fn after_commit(&self, writer: &mut SqliteConnection) {
        self.commits.send_replace(());
        let tries = self.tries.load(Ordering::Relaxed);
        if tries == 0 {
            return;
        }
        let tries = match checkpoint(writer, COPY).await {
            Ok(log) if log.all < DUE_PAGES => 0,
            Ok(_) => tries - 1,
            Err(error) => {
                tracing::warn!(%error, "the end of SQLite's log was not copied");
                0
            }
        };
        self.tries.store(tries, Ordering::Relaxed);
    }
}

async fn run(mut conn: SqliteConnection, mut committed: watch::Receiver<()>, tries: Arc<AtomicU32>) {
    while committed.changed().await.is_ok() {
        // Should it panic, the writer copies by itself when the log is long (`CHECKPOINT_PAGES`), and the next look tries again.
        match AssertUnwindSafe(copy(&mut conn)).catch_unwind().await {
            Ok(Ok(true)) => tries.store(TRIES_MAX, Ordering::Relaxed),
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "SQLite's log was not copied"),
            Err(_) => metrics::counter!("purser_worker_panics_total", "loop" => "checkpoint").increment(1),
        }
        tokio::time::sleep(LOOK).await;
    }
    drop(conn.close().await);
}

/// Copies what is due; true when it was, and little is left.
async fn copy(conn: &mut SqliteConnection) -> sqlx::Result<bool> {
    if checkpoint(conn, LOOK_AT).await?.left < DUE_PAGES {
        return Ok(false);
    }
    for _ in 0..PASSES_MAX {
        checkpoint(conn, COPY).await?;
        if checkpoint(conn, LOOK_AT).await?.left <= FEW_PAGES {
            return Ok(true);
        }
    }
    // Somebody reads what is older, or the disk is slower than the commits.
    Ok(false)
}

/// How the log stands after it.
async fn checkpoint(conn: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<Log> {
    let (_is_busy, all, copied): (bool, i64, i64) = sqlx::query_as(sql).fetch_one(conn).await?;
    Ok(Log { all, left: all - copied })
}
