//! The limit of whoever must be durable: how often the database itself commits, on the same disk.

use std::process::Command;
use std::time::{Duration, Instant};

use purser::error::{Error, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor};

use crate::database::{Database, Kind, Look};
use crate::purchases::CONNECTIONS;
use crate::world::World;

const TIME: Duration = Duration::from_secs(3);
const ACCOUNTS: u32 = 100_000;
const SCRIPT: &str = "\\set id random(1, 100000)\n\
    BEGIN;\n\
    INSERT INTO entries (account, amount) VALUES (:id, 1);\n\
    UPDATE accounts SET balance = balance + 1 WHERE id = :id;\n\
    COMMIT;\n";

/// Single inserts committed one after another, a second: WAL, `synchronous=FULL`.
pub async fn sqlite_rate(world: &World) -> Result<f64> {
    let path = world.folder.join("commits.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let mut conn = options.synchronous(SqliteSynchronous::Full).disable_statement_logging().connect().await?;
    conn.execute("CREATE TABLE entries (id INTEGER PRIMARY KEY, amount BIGINT NOT NULL)").await?;
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed() < TIME {
        sqlx::query("INSERT INTO entries (amount) VALUES (?)").bind(i64::from(count)).execute(&mut conn).await?;
        count += 1;
    }
    Ok(f64::from(count) / started.elapsed().as_secs_f64())
}

/// pgbench's transactions a second: an insert and an update each, over as many connections as the load has.
pub async fn pgbench_rate(world: &World) -> Result<f64> {
    let database = Database::create(world, Kind::Postgres, "pgbench").await?;
    let mut look: Look = database.look().await?;
    look.run(&format!(
        "CREATE TABLE accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL);
         CREATE TABLE entries (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account BIGINT NOT NULL, amount BIGINT NOT NULL);
         INSERT INTO accounts SELECT id, 0 FROM generate_series(1, {ACCOUNTS}) id; ANALYZE;"
    ))
    .await?;
    drop(look);
    let script = world.folder.join("pgbench.sql");
    std::fs::write(&script, SCRIPT).map_err(Error::internal)?;
    let output = Command::new(&world.pgbench)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--client", &CONNECTIONS.to_string()])
        .args(["--time", &TIME.as_secs().max(5).to_string(), "--file"])
        .arg(&script)
        .arg(&database.url)
        .output()
        .map_err(|error| Error::internal(format!("{}: {error}", world.pgbench.display())))?;
    database.remove().await?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.ok_or_else(|| Error::internal(format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr))))
}
