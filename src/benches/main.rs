//! Purser's figures (docs/benchmarks.md), each beside a limit measured in the same run. `cargo xtask bench` builds all that is
//! needed and starts this; it prints a line of JSON for each figure.

mod asked;
mod bare;
mod client;
mod commits;
mod database;
mod figure;
mod fill;
mod load;
mod notifications;
mod play;
mod proof;
mod purchases;
mod search;
mod server;
mod start;
mod statistics;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, ValueEnum};
use purser::error::Result;

use database::Kind;
use figure::Figure;
use play::Asked;
use world::World;

/// The server's: what is measured in this process is to be what the server does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
enum Cli {
    /// Measures the figures of some groups, or of all.
    Measure(Measure),
    /// Buys and consumes at a running server: the other side of the purchases, in a process of its own.
    Load(load::Plan),
}

#[derive(Args)]
struct Measure {
    /// The server's binary.
    #[arg(long)]
    server: PathBuf,
    /// A PostgreSQL of the run's own, whose administrator we are.
    #[arg(long)]
    postgres: String,
    #[arg(long)]
    pgbench: PathBuf,
    /// Where databases may be made; on the disk that is measured.
    #[arg(long)]
    folder: PathBuf,
    /// How many payments the searched database has.
    #[arg(long, default_value_t = fill::PAYMENTS_DEFAULT)]
    payments: i64,
    groups: Vec<Group>,
}

/// Figures that are measured together.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    Proof,
    Purchases,
    Notifications,
    Google,
    Onestore,
    Search,
    Statistics,
    Start,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse() {
        Cli::Measure(measure) => run(&measure).await,
        Cli::Load(plan) => load::run(plan).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}", serde_json::json!({ "error": error.to_string() }));
            ExitCode::FAILURE
        }
    }
}

async fn run(measure: &Measure) -> Result<()> {
    let world = World::new(measure)?;
    let is_wanted = |group| measure.groups.is_empty() || measure.groups.contains(&group);
    if is_wanted(Group::Proof) {
        show(proof::measure(&world).await?);
    }
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if is_wanted(Group::Purchases) {
            show(purchases::measure(&world, kind).await?);
        }
        if is_wanted(Group::Notifications) {
            show(notifications::measure(&world, kind).await?);
        }
        for (group, store) in [(Group::Google, Asked::Google), (Group::Onestore, Asked::OneStore)] {
            if is_wanted(group) {
                show(asked::measure(&world, kind, store).await?);
            }
        }
        if [Group::Search, Group::Statistics, Group::Start].into_iter().any(is_wanted) {
            let filled = fill::fill(&world, kind, measure.payments).await?;
            if is_wanted(Group::Search) {
                show(search::measure(&world, &filled).await?);
            }
            if is_wanted(Group::Statistics) {
                show(statistics::measure(&world, &filled).await?);
            }
            if is_wanted(Group::Start) && kind == Kind::Sqlite {
                show(start::measure(&world, &filled.database).await?);
            }
            filled.database.remove().await?;
        }
    }
    Ok(())
}

fn show(figures: Vec<Figure>) {
    for figure in figures {
        println!("{}", figure.to_json());
    }
}
