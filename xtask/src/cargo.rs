//! Building with cargo: its errors are shown as they are, its progress as one line.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
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
    let [wasm] = build("console for the browser", &words, ["purser.wasm"])?;
    Ok(wasm)
}

/// Builds the server; the path of its binary.
pub fn build_server(words: &[&str]) -> Result<PathBuf> {
    let [server] = build("server", &[&["--bin", "purser"], words].concat(), ["purser"])?;
    Ok(server)
}

/// Builds the server and what measures it, in one go so that they share their library; the paths of both.
pub fn build_figures(words: &[&str]) -> Result<[PathBuf; 2]> {
    build("server and benchmark", &[&["--bin", "purser", "--bench", "figures"], words].concat(), ["purser", "figures"])
}

/// Runs `cargo build` and gives the paths of the built files of these names.
fn build<const N: usize>(title: &'static str, words: &[&str], names: [&str; N]) -> Result<[PathBuf; N]> {
    Step::run(title, |step| {
        let mut child = cargo()
            .args(["build", "--quiet", "--message-format=json-render-diagnostics"])
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo")?;
        let stdout = child.stdout.take().context("cargo has no output")?;
        let (mut built, mut crates) = (names.map(|_| None), 0);
        for line in BufReader::new(stdout).lines() {
            let message: Value = serde_json::from_str(&line?).unwrap_or_default();
            if message["reason"] != "compiler-artifact" {
                continue;
            }
            for (place, name) in built.iter_mut().zip(names) {
                *place = artifact(&message, name).or(place.take());
            }
            if message["fresh"] == false {
                crates += 1;
                step.progress(&format!("{crates} built, {}", message["target"]["name"].as_str().unwrap_or_default()));
            }
        }
        ensure!(child.wait()?.success(), "cargo could not build it");
        if let Some((_, name)) = built.iter().zip(names).find(|(path, _)| path.is_none()) {
            bail!("cargo built no {name}");
        }
        Ok((built.map(Option::unwrap_or_default), if crates == 0 { "unchanged".to_owned() } else { format!("{crates} built") }))
    })
}

/// The file of this name among what cargo says it built; a benchmark's has a hash behind its name.
fn artifact(message: &Value, file_name: &str) -> Option<PathBuf> {
    if message["target"]["kind"][0] == "bench" {
        let executable = message["executable"].as_str().filter(|_| message["target"]["name"] == file_name);
        return executable.map(PathBuf::from);
    }
    let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str).map(PathBuf::from);
    files.find(|file| file.file_name().is_some_and(|name| name == file_name))
}
