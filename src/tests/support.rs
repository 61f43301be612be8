//! What tests share: a fresh database of either kind, and the whole server on a free port.

use std::net::SocketAddr;
use std::str::FromStr;

use purser::clock::Clock;
use purser::config::Config;
use purser::jobs::{self, Job, Tally};
use purser::model::Timestamp;
use purser::router::router;
use purser::state::AppState;
use sqlx::{Connection, Executor};
use tokio::net::TcpListener;

/// 2026-11-23T00:00:00Z; tests move from here by hand.
pub const START: Timestamp = Timestamp(1_795_392_000_000);

const POSTGRES_DEFAULT: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Declares a test that runs on both databases; its body takes a `TestState`.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($state:ident: TestState) $body:block)+) => {
        $(mod $name {
            use super::*;
            $(#[$meta])*
            async fn body($state: TestState) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(TestState::new($crate::support::Kind::Sqlite).await).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(TestState::new($crate::support::Kind::Postgres).await).await
            }
        })+
    };
}

pub(crate) use on_both;

/// A server's state over a database of its own, with a clock moved by hand.
pub struct TestState {
    pub state: AppState,
    /// Removed when the test ends.
    folder: std::path::PathBuf,
    schema: Option<String>,
}

impl std::ops::Deref for TestState {
    type Target = AppState;
    fn deref(&self) -> &AppState {
        &self.state
    }
}

impl TestState {
    pub async fn new(kind: Kind) -> Self {
        let name = format!("purser_test_{}", uuid::Uuid::new_v4().simple());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let (url, schema) = match kind {
            Kind::Sqlite => (format!("sqlite:{}/purser.db", folder.display()), None),
            Kind::Postgres => (create_schema(&name).await, Some(name)),
        };
        let state = open(&url, Clock::manual(START)).await;
        Self { state, folder, schema }
    }

    /// What PostgreSQL knows this test's connections by.
    pub fn application_name(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// A second process on the same database, with the same master key and clock.
    pub async fn another_process(&self) -> AppState {
        AppState::open((*self.state.config).clone(), self.state.clock.clone()).await.expect("opens again")
    }
}

async fn open(url: &str, clock: Clock) -> AppState {
    let url = url.to_owned();
    let config = Config::from_lookup(move |name| match name {
        "PURSER_DATABASE_URL" => Some(url.clone()),
        "PURSER_MASTER_KEY" => Some("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".into()),
        "PURSER_SIMULATOR" => Some("on".into()),
        _ => None,
    });
    AppState::open(config.expect("valid"), clock).await.expect("opens")
}

/// Runs a job until nothing of it is due.
pub async fn run<J: Job>(state: &AppState, job: J) -> Tally {
    jobs::run_due(state, &job).await.expect("runs")
}

/// Serves on a free port until the test's runtime ends: where the simulated stores and their adapters reach each other. Gives where.
pub async fn serve(state: &AppState) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    state.stores.set_own_address(address);
    let router = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

pub fn postgres_url() -> String {
    std::env::var("PURSER_TEST_POSTGRES_URL").unwrap_or_else(|_| POSTGRES_DEFAULT.into())
}

async fn create_schema(name: &str) -> String {
    let url = postgres_url();
    let mut conn = sqlx::PgConnection::connect(&url).await.expect("PostgreSQL must run: see README, cargo xtask test");
    conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {name}")))).await.expect("a schema of our own");
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}options[search_path]={name}&application_name={name}")
}

impl Drop for TestState {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
        let Some(schema) = self.schema.take() else { return };
        // A drop can't wait, so the schema is dropped on a thread with a runtime of its own.
        let done = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let options = sqlx::postgres::PgConnectOptions::from_str(&postgres_url()).expect("valid");
                if let Ok(mut conn) = sqlx::PgConnection::connect_with(&options).await {
                    drop(conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE")))).await);
                }
            });
        });
        drop(done.join());
    }
}
