//! Building with cargo: its errors are shown as they are, its progress as one line.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::step::Step;
use crate::tools;

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The cargo that started us, in the workspace.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(tools::root());
    command
}

/// Makes sure that Rust can compile for the browser.
pub fn ensure_wasm_target() -> Result<()> {
    Step::run("browser target", |_| {
        let libdir = tools::quiet(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
        if PathBuf::from(libdir).exists() {
            return Ok(((), "installed".to_owned()));
        }
        tools::quiet(Command::new("rustup").args(["target", "add", WASM_TARGET]))
            .with_context(|| format!("Rust's {WASM_TARGET} target is missing and rustup could not add it"))?;
        Ok(((), "added".to_owned()))
    })
}

/// Builds the console for the browser; the path of its WASM, not yet bound to JavaScript.
pub fn build_wasm(profile: &str) -> Result<PathBuf> {
    let words = ["--lib", "--features", "hydrate", "--target", WASM_TARGET, "--profile", profile];
    build("console for the browser", &words, "purser.wasm")
}

/// Builds the server; the path of its binary.
pub fn build_server(words: &[&str]) -> Result<PathBuf> {
    build("server", &[&["--bin", "purser"], words].concat(), "purser")
}

/// Runs `cargo build` and gives the path of the built file of this name.
fn build(title: &'static str, words: &[&str], file_name: &str) -> Result<PathBuf> {
    Step::run(title, |step| {
        let mut child = cargo()
            .args(["build", "--quiet", "--message-format=json-render-diagnostics"])
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo")?;
        let stdout = child.stdout.take().context("cargo has no output")?;
        let (mut built, mut crates) = (None, 0);
        for line in BufReader::new(stdout).lines() {
            let message: Value = serde_json::from_str(&line?).unwrap_or_default();
            if message["reason"] != "compiler-artifact" {
                continue;
            }
            built = artifact(&message, file_name).or(built);
            if message["fresh"] == false {
                crates += 1;
                step.progress(&format!("{crates} built, {}", message["target"]["name"].as_str().unwrap_or_default()));
            }
        }
        ensure!(child.wait()?.success(), "cargo could not build it");
        let built = built.with_context(|| format!("cargo built no {file_name}"))?;
        Ok((built, if crates == 0 { "unchanged".to_owned() } else { format!("{crates} built") }))
    })
}

/// The file of this name among what cargo says it built.
fn artifact(message: &Value, file_name: &str) -> Option<PathBuf> {
    let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str).map(PathBuf::from);
    files.find(|file| file.file_name().is_some_and(|name| name == file_name))
}
