//! Start: command line and environment → state → router and jobs.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use purser::apply::apply;
use purser::audit::By;
use purser::auth::{self, NewAccount};
use purser::clock::Clock;
use purser::config::Config;
use purser::error::{Error, Result};
use purser::model::{AppSeq, ProjectId, Role};
use purser::model::{Reason, StartReason};
use purser::payments::{self, ConsumedImport};
use purser::serve::serve;
use purser::state::AppState;

/// A request makes hundreds of small values; the system's allocator would take a tenth of the time for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Tell from a CSV file (orderId, userKey, consumedAt) which store orders another server consumed; safe to repeat.
    ImportConsumed {
        /// The app's number.
        app_seq: i64,
        file: PathBuf,
    },
    /// Manage console accounts.
    #[command(subcommand)]
    Operator(OperatorCommand),
}

#[derive(Subcommand)]
enum OperatorCommand {
    /// Make an account; its password is read from standard input, one line.
    Add {
        email: String,
        /// ADMIN without a project makes an instance administrator.
        #[arg(long, value_name = "ROLE")]
        role: Role,
        #[arg(long, default_value = "")]
        name: String,
        /// The project the role is for.
        #[arg(long, value_name = "ID")]
        project: Option<String>,
    },
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
        Command::Operator(OperatorCommand::Add { email, role, name, project }) => {
            add_operator(&state, email, name, role, project.map(ProjectId)).await
        }
        Command::Apply { file } => declare(&state, &file).await,
        Command::ImportConsumed { app_seq, file } => import_consumed(&state, AppSeq(app_seq), &file).await,
        Command::Serve { apply } => {
            if let Some(file) = apply {
                declare(&state, &file).await?;
            }
            let link = auth::make_set_up_link(&state).await?;
            serve(state.clone(), |addr| {
                println!("Purser listens on http://{addr}");
                if let Some(link) = link {
                    println!("Sign-in link: {link}");
                }
            })
            .await
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

async fn import_consumed(state: &AppState, app: AppSeq, file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).map_err(|error| Error::invalid(file.display().to_string(), Reason::unreadable(error)))?;
    match payments::import_consumed_of_app(state, &By::System("command line"), app, &bytes).await? {
        ConsumedImport::Taken { orders, consumed } => {
            println!("{}: {orders} orders remembered, {consumed} known payments consumed", file.display());
            Ok(())
        }
        ConsumedImport::Refused(rows) => {
            for row in &rows {
                let column = row.fault.param.as_deref().unwrap_or_default();
                println!("line {}: {} {column} {}", row.line, row.id, row.fault.message);
            }
            Err(Error::invalid(file.display().to_string(), StartReason::BadRows(rows.len())))
        }
    }
}

async fn add_operator(state: &AppState, email: String, name: String, role: Role, project: Option<ProjectId>) -> Result<()> {
    if project.is_none() && role != Role::Admin {
        return Err(Error::invalid("--project", StartReason::NoProject));
    }
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).map_err(Error::internal)?;
    let is_admin = project.is_none();
    let membership = project.map(|project| (project, role));
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let new = NewAccount { email, name, password, is_admin, membership };
    auth::add_operator(state, &By::System("command line"), &new).await?;
    println!("{}: account made", new.email);
    Ok(())
}
