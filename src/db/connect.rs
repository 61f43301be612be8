//! Opening the database and lending connections.

mod transaction;

use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlitePool};

use super::health::Health;
use super::postgres::Connections;
use super::sqlite_version;
use super::tx::Tx;
use super::writer::Writer;
use crate::error::{Error, Result};
use transaction::{write_postgres, write_sqlite};

const READERS_MAX: u32 = 8;
/// One waits for its commit while others write.
const POSTGRES_LANES: usize = 3;
/// Both as measured: a commit costs more on SQLite, where all go through one connection.
const SQLITE_BATCH_MAX: usize = 32;
const POSTGRES_BATCH_MAX: usize = 16;
/// More statements than the code has, so that none is prepared twice on a connection.
pub(super) const STATEMENTS_KEPT_MAX: usize = 512;
/// Pages (of 4 KiB) in the log from which on the writer copies them itself, should that not have been done beside it.
const CHECKPOINT_PAGES: &str = "64000";
/// Longer than a restart of the database, shorter than callers wait.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// The database, cheap to clone. Either embedded SQLite (one writer, many readers) or PostgreSQL.
#[derive(Clone)]
pub struct Db {
    inner: Inner,
    health: Arc<Health>,
}

#[derive(Clone)]
enum Inner {
    Sqlite { readers: SqlitePool, writer: Writer },
    Postgres(Connections),
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else {
            Err(Error::internal("PURSER_DATABASE_URL must start with sqlite: or postgres:"))
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("cache_size", "-16000")
            // What is kept to undo a statement is for a moment, and needs no file.
            .pragma("temp_store", "memory")
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .statement_cache_capacity(STATEMENTS_KEPT_MAX)
            .disable_statement_logging();
        let mut writer = options.connect().await?;
        sqlite_version::check(&mut writer).await?;
        MIGRATIONS.run_direct(None, &mut writer, false).await.map_err(Error::internal)?;
        let copier = options.connect().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        let health = Arc::default();
        let writer = Writer::start(writer, copier, &health);
        Ok(Self { inner: Inner::Sqlite { readers, writer }, health })
    }

    async fn open_postgres(url: &str) -> Result<Self> {
        let connections = Connections::open(url).await?;
        MIGRATIONS.run(connections.pool()).await.map_err(Error::internal)?;
        Ok(Self { inner: Inner::Postgres(connections), health: Arc::default() })
    }

    /// Lends a connection to read from.
    pub async fn read(&self) -> Result<Tx> {
        // What waits for a connection takes kilobytes. In a box, they are not in every future that may read or write.
        Ok(match &self.inner {
            Inner::Sqlite { readers, .. } => Tx::SqliteRead(Box::pin(readers.acquire()).await?),
            Inner::Postgres(connections) => Tx::PostgresRead(Box::pin(connections.pool().acquire()).await?),
        })
    }

    /// Runs a closure in a transaction; its result comes back after the commit is durable. An error undoes all of it.
    pub async fn write<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let result = match &self.inner {
            Inner::Sqlite { writer, .. } => Box::pin(write_sqlite(writer, &self.health, work)).await,
            Inner::Postgres(connections) => Box::pin(write_postgres(connections, work)).await,
        };
        self.health.note(&result);
        metrics::histogram!("purser_db_write_seconds").record(started.elapsed().as_secs_f64());
        result
    }

    pub(super) fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// How many writes go on at once to good use.
    pub fn write_lanes(&self) -> usize {
        match &self.inner {
            Inner::Sqlite { .. } => 1,
            Inner::Postgres(_) => POSTGRES_LANES,
        }
    }

    /// How many of one kind are written together at most. All at once would have the processor wait for the database and then
    /// the database for the processor, by turns.
    pub fn write_batch_max(&self) -> usize {
        match &self.inner {
            Inner::Sqlite { .. } => SQLITE_BATCH_MAX,
            Inner::Postgres(_) => POSTGRES_BATCH_MAX,
        }
    }

    /// Writes waiting for their turn now.
    pub fn queue_depth(&self) -> usize {
        match &self.inner {
            Inner::Sqlite { writer, .. } => writer.queue_depth(),
            Inner::Postgres(connections) => (connections.pool().size() as usize).saturating_sub(connections.pool().num_idle()),
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        let mut tx = self.read().await?;
        super::on!(tx, c => sqlx::query("SELECT 1").execute(c).await.map(drop))?;
        Ok(())
    }

    /// Waits for lent connections and closes; what was answered is already on disk.
    pub async fn close(&self) {
        match &self.inner {
            Inner::Sqlite { readers, .. } => readers.close().await,
            Inner::Postgres(connections) => connections.pool().close().await,
        }
    }
}
