//! Start: command line and environment → state → router and workers.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use purser::apply::apply;
use purser::clock::Clock;
use purser::config::Config;
use purser::error::Result;
use purser::serve::serve;
use purser::state::AppState;

#[derive(Parser)]
#[command(name = "purser", version, about = "Self-hosted, unified in-app purchase service")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the console and the API until SIGTERM or Ctrl-C.
    Serve {
        /// Declare projects, apps and products from this file first.
        #[arg(long, value_name = "FILE")]
        apply: Option<PathBuf>,
    },
    /// Declare projects, apps, products and secret keys from a TOML file; safe to repeat.
    Apply { file: PathBuf },
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    purser::logs::start();
    match run(Cli::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "stopped");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let state = AppState::open(Config::from_env()?, Clock::System).await?;
    match cli.command {
        Command::Apply { file } => declare(&state, &file).await,
        Command::Serve { apply } => {
            if let Some(file) = apply {
                declare(&state, &file).await?;
            }
            serve(state.clone(), |addr| println!("Purser listens on http://{addr}")).await
        }
    }
}

async fn declare(state: &AppState, file: &Path) -> Result<()> {
    let changes = apply(state, file).await?;
    if changes.is_empty() {
        println!("{}: nothing to change", file.display());
    }
    for change in changes {
        println!("{change}");
    }
    Ok(())
}
