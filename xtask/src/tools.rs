//! Other programs: finding them, running them, installing them on a Debian machine.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// The folder of the workspace; every command works there, wherever it was typed.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in a folder of the workspace")
}

/// The first of these programs that is on the PATH.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

/// Runs a command without showing its output, unless it fails: then the error carries it.
pub fn quiet(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{name}`"))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("`{name}` ended with {}\n{stdout}{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(stdout.trim().to_owned())
}

/// Runs a command whose output the person should see.
pub fn loud(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start `{name}`"))?;
    ensure!(status.success(), "`{name}` ended with {status}");
    Ok(())
}

/// Installs a Debian package, as root on Debian; anywhere else an error that says what to install.
pub fn apt_install(package: &str, purpose: &str) -> Result<()> {
    ensure!(is_root() && find(&["apt-get"]).is_some(), "{purpose}: install `{package}` and try again");
    let apt = |words: &[&str]| quiet(Command::new("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", package])?;
    Ok(())
}

pub fn is_root() -> bool {
    user_id("").is_some_and(|id| id == 0)
}

/// The number of a user, or of the one running this for an empty name.
pub fn user_id(name: &str) -> Option<u32> {
    let mut command = Command::new("id");
    command.arg("-u");
    if !name.is_empty() {
        command.arg(name);
    }
    quiet(&mut command).ok()?.parse().ok()
}
