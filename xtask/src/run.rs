//! `cargo xtask run`: from a clean machine to a console with a demo project.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::Command;

use anyhow::{Context, Result};

use crate::site::{self, Profile};
use crate::{cargo, tools};

pub fn run() -> Result<()> {
    site::make(Profile::Dev)?;
    let server = cargo::build_server(&["--features", "ssr"])?;
    println!();
    become_server(
        Command::new(server)
            .args(["serve", "--apply", "xtask/demo.toml"])
            .current_dir(tools::root())
            .env("LEPTOS_SITE_ROOT", site::folder())
            .env("PURSER_SIMULATOR", "on")
            .env("DEMO_SECRET_KEY", demo_secret_key()?),
    )
}

/// The server takes this process's place, so that Ctrl-C and every other signal are its own to answer.
#[cfg(unix)]
fn become_server(server: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("cannot start the server")
}

#[cfg(not(unix))]
fn become_server(server: &mut Command) -> Result<()> {
    tools::loud(server)
}

/// The demo project's secret key: made once, so that what a person tries out keeps working after a restart.
fn demo_secret_key() -> Result<String> {
    if let Ok(key) = std::env::var("DEMO_SECRET_KEY") {
        return Ok(key);
    }
    let path = tools::root().join("data/demo-secret-key");
    if let Ok(key) = fs::read_to_string(&path) {
        return Ok(key.trim().to_owned());
    }
    let mut random = [0; 24];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let key: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = format!("sk_{key}");
    fs::create_dir_all(tools::root().join("data"))?;
    private_file().open(&path).and_then(|mut file| writeln!(file, "{key}")).context("cannot keep the demo's secret key")?;
    Ok(key)
}

/// A new file that only its owner can read.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
