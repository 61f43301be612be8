//! PostgreSQL's connections. One inside a transaction never goes back to the pool, and one that was idle is tried before it is
//! lent, because the server may have closed it.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres};

use super::connect::{ACQUIRE_TIMEOUT, STATEMENTS_KEPT_MAX};
use crate::error::is_connection_fault;

const CONNECTIONS_MAX: u32 = 32;
/// A connection that was idle for less is lent untried. Under load no connection is idle for longer, so no call waits for
/// the trial.
const TRUSTED_IDLE: Duration = Duration::from_millis(10);
/// Should a transaction be left open all the same, the server ends it: a write never waits for the outside.
const ON_CONNECT: &str = "SET idle_in_transaction_session_timeout = '60s'";

/// The pool, cheap to clone.
#[derive(Clone)]
pub(super) struct Connections {
    pool: PgPool,
    cut: Arc<LastCut>,
}

impl Connections {
    pub async fn open(url: &str) -> sqlx::Result<Self> {
        let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(STATEMENTS_KEPT_MAX).disable_statement_logging();
        let cut = Arc::new(LastCut::default());
        let seen = Arc::clone(&cut);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .after_connect(|conn, _| Box::pin(async move { conn.execute(sqlx::raw_sql(ON_CONNECT)).await.map(drop) }))
            .before_acquire(move |conn, connection| {
                let seen = Arc::clone(&seen);
                Box::pin(async move {
                    if connection.idle_for < TRUSTED_IDLE && !seen.is_within(connection.idle_for) {
                        return Ok(true);
                    }
                    let is_alive = conn.ping().await.is_ok();
                    if !is_alive {
                        seen.note();
                    }
                    Ok(is_alive)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { pool, cut })
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction. Nothing has run in it yet, so a connection that turns out to be cut is replaced by another, once.
    pub async fn begin(&self) -> sqlx::Result<PgWrite> {
        match PgWrite::begin(&self.pool).await {
            Err(error) if is_connection_fault(&error) => {
                self.cut.note();
                PgWrite::begin(&self.pool).await
            }
            begun => begun,
        }
    }
}

/// When a connection was last found cut. The others that were idle then are tried, however short a time they were idle.
struct LastCut {
    start: Instant,
    /// Milliseconds from the start on, rounded up; 0 is never.
    at: AtomicU64,
}

impl Default for LastCut {
    fn default() -> Self {
        Self { start: Instant::now(), at: AtomicU64::new(0) }
    }
}

impl LastCut {
    fn note(&self) {
        self.at.store(self.millis() + 1, Ordering::Relaxed);
    }

    /// Whether it was within the last `idle_for`.
    fn is_within(&self, idle_for: Duration) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at > 0 && self.millis().saturating_sub(at) <= u64::try_from(idle_for.as_millis()).unwrap_or(u64::MAX)
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A connection inside a write's transaction. It goes back to the pool when the transaction is known to be over; dropped
/// before that (its future was given up, its closure panicked, an answer was lost) it is closed, which undoes the transaction.
pub struct PgWrite {
    conn: PoolConnection<Postgres>,
    is_over: bool,
}

impl PgWrite {
    async fn begin(pool: &PgPool) -> sqlx::Result<Self> {
        let mut write = Self { conn: pool.acquire().await?, is_over: false };
        write.run("BEGIN").await?;
        Ok(write)
    }

    /// Ends the transaction with its changes kept. PostgreSQL answers COMMIT with success, and keeps nothing, where a statement
    /// failed before; a SELECT is refused there.
    pub(super) async fn commit(mut self) -> sqlx::Result<()> {
        self.run("SELECT; COMMIT").await?;
        self.is_over = true;
        Ok(())
    }

    /// Ends the transaction without its changes.
    pub(super) async fn undo(mut self) {
        self.is_over = self.run("ROLLBACK").await.is_ok();
    }

    async fn run(&mut self, sql: &'static str) -> sqlx::Result<()> {
        self.conn.execute(sqlx::raw_sql(sql)).await.map(drop)
    }
}

impl Drop for PgWrite {
    fn drop(&mut self) {
        if !self.is_over {
            self.conn.close_on_drop();
        }
    }
}

impl std::ops::Deref for PgWrite {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.conn
    }
}

impl std::ops::DerefMut for PgWrite {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.conn
    }
}
