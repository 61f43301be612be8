//! What the figures were measured on.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::tools;

/// A line for each of: when, which version, which machine, which database.
pub fn describe(postgres: &Path) -> Result<String> {
    let said = |program: &str, words: &[&str]| tools::quiet(Command::new(program).args(words).current_dir(tools::root()));
    let date = said("date", &["--utc", "+%Y-%m-%d %H:%M UTC"])?;
    let commit = said("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(|_| "unknown".to_owned());
    let (kernel, rust) = (said("uname", &["--kernel-release"])?, said("rustc", &["--version"])?);
    let version = tools::quiet(Command::new(postgres.join("postgres")).arg("--version"))?;
    let cores = std::thread::available_parallelism()?;
    let processor = find_in("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = find_in("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse().ok());
    let gigabytes = memory.map_or(0, |kilobytes: u64| kilobytes.div_ceil(1024 * 1024));
    Ok(format!(
        "- Command: `cargo xtask bench --write`, {date}, commit {commit}\n\
         - Machine: {processor}, {cores} cores for server, load and database together, {gigabytes} GB, Linux {kernel}\n\
         - {rust}; {version}, its own cluster, `fsync=on`, else as it comes; SQLite in WAL mode, `synchronous=FULL`\n"
    ))
}

/// The value of the first `name : value` line of a file.
fn find_in(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (_, value) = text.lines().find(|line| line.starts_with(name))?.split_once(':')?;
    Some(value.trim().to_owned())
}
