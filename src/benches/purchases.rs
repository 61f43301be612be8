//! Purchases verified and consumed over HTTP, each answered after its commit.

use std::process::{Command, Stdio};
use std::time::Duration;

use purser::error::{Error, Result};
use purser::model::ProjectId;

use crate::bare::Bare;
use crate::commits::{pgbench_rate, sqlite_rate};
use crate::database::{Database, Kind};
use crate::figure::Figure;
use crate::load::Outcome;
use crate::server::Server;
use crate::world::World;

pub const CONNECTIONS: usize = 64;
const WARM_UP_SECONDS: u64 = 2;
const SECONDS: u64 = 8;
/// More than any machine of two cores gets through in that time.
const PURCHASES: usize = 120_000;
const BARE: Duration = Duration::from_secs(1);
const P99: Duration = Duration::from_millis(50);

pub async fn measure(world: &World, kind: Kind) -> Result<Vec<Figure>> {
    let bare = Bare::new(world.signed_bytes()?)?;
    let before = bare.rate(BARE)?;
    let commits = match kind {
        Kind::Sqlite => sqlite_rate(world).await?,
        Kind::Postgres => pgbench_rate(world).await?,
    };
    let database = Database::create(world, kind, "purchases").await?;
    let (state, project) = world.open(&database.url).await?;
    state.db.close().await;
    drop(state);
    let server = Server::start(world, &database).await?;
    let outcome = load(world, &server, &project)?;
    drop(server);
    check(&database, &outcome).await?;
    database.remove().await?;
    let bare_rate = (before + bare.rate(BARE)?) / 2.0;
    Ok(figures(kind, &outcome, commits, bare_rate))
}

fn figures(kind: Kind, outcome: &Outcome, commits: f64, bare_rate: f64) -> Vec<Figure> {
    let name = kind.name();
    let (verify, consume) = (&outcome.verify, &outcome.consume);
    let title = format!("{name}: verify a new purchase, durable, {CONNECTIONS} connections");
    let (p99, bare) = (format!("{title}: time to the answer"), ("bare P-256, one core", bare_rate));
    let mut figures = match kind {
        Kind::Sqlite => vec![
            Figure::rate(&title, verify.per_second, bare, 1.0 / 3.0),
            Figure::told_rate(
                format!("{name}: the same beside single durable inserts"),
                verify.per_second,
                ("single inserts", commits),
            ),
        ],
        Kind::Postgres => vec![
            Figure::rate(&title, verify.per_second, ("pgbench, insert + update", commits), 0.5),
            Figure::told_rate(format!("{name}: the same beside the signature alone"), verify.per_second, bare),
        ],
    };
    figures.push(Figure::p99(p99, &mut verify.times(), P99));
    let title = format!("{name}: consume, durable, {CONNECTIONS} connections");
    figures.push(Figure::rate(&title, consume.per_second, ("verify", verify.per_second), 1.0));
    figures.push(Figure::p99(format!("{title}: time to the answer"), &mut consume.times(), P99));
    figures
}

fn load(world: &World, server: &Server, project: &ProjectId) -> Result<Outcome> {
    let output = Command::new(std::env::current_exe().map_err(Error::internal)?)
        .args(["load", "--addr", &server.addr.to_string(), "--project", project.as_str(), "--authority"])
        .arg(world.authority_file())
        .args(["--connections", &CONNECTIONS.to_string(), "--warm-up-seconds", &WARM_UP_SECONDS.to_string()])
        .args(["--seconds", &SECONDS.to_string(), "--purchases", &PURCHASES.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .map_err(Error::internal)?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).map_err(|_| Error::internal(format!("the load: {text}")))
}

/// What was answered must be in the database, and no more than that.
async fn check(database: &Database, outcome: &Outcome) -> Result<()> {
    let mut look = database.look().await?;
    for (what, answered, condition) in
        [("verified", outcome.verified, "status = 'SUCCESS'"), ("consumed", outcome.consumed, "consumed_at IS NOT NULL")]
    {
        let stored = look.number(&format!("SELECT COUNT(*) FROM payments WHERE {condition}")).await?;
        if usize::try_from(stored).ok() != Some(answered) {
            return Err(Error::internal(format!("{answered} payments were {what}, {stored} are stored")));
        }
    }
    Ok(())
}
