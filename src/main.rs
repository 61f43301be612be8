//! Start: command line and environment → state → router and workers.

use clap::{Parser, Subcommand};
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
    Serve,
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
        Command::Serve => serve(state.clone(), |addr| println!("Purser listens on http://{addr}")).await,
    }
}
