//! The browser tests in `end2end/`: a browser, Playwright, and their report.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::site::short_hash;
use crate::step::Step;
use crate::suites::Totals;
use crate::{site, tools};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Makes sure that there are a browser and the test runner.
pub fn ensure() -> Result<()> {
    Step::run("browser", |_| {
        if let Some(browser) = tools::find(&BROWSERS) {
            return Ok(((), browser.display().to_string()));
        }
        tools::apt_install("chromium", "browser tests need Chromium")?;
        Ok(((), "installed".to_owned()))
    })?;
    Step::run("browser test runner", |_| {
        let note = if install_packages()? { "installed" } else { "unchanged" };
        Ok(((), note.to_owned()))
    })
}

/// Installs what package-lock.json says, unless that was done before; whether it had to.
fn install_packages() -> Result<bool> {
    let npm = tools::find(&["npm"]).context("browser tests need Node.js 20 or later with npm: install it and try again")?;
    let stamp = folder().join("node_modules/.installed");
    let hash = short_hash(&fs::read(folder().join("package-lock.json"))?);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == hash) {
        return Ok(false);
    }
    tools::quiet(Command::new(npm).arg("ci").current_dir(folder()))?;
    fs::write(&stamp, hash)?;
    Ok(true)
}

/// Runs the browser tests, or those whose title contains the filter, against this server. `python` has Apple's library.
pub fn run_tests(server: &Path, python: &Path, filter: Option<&str>) -> Result<Totals> {
    let browser = tools::find(&BROWSERS).context("the browser is gone")?;
    let report = tools::root().join("target/end2end-report.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = Command::new(folder().join("node_modules/.bin/playwright"));
    command.arg("test").args(["--reporter", "list,json"]).current_dir(folder());
    if let Some(filter) = filter {
        command.args(["--pass-with-no-tests", "--grep", &escape(filter)]);
    }
    command
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .env("PURSER_BINARY", server)
        .env("PURSER_BROWSER", browser)
        .env("PURSER_PYTHON", python)
        .env("LEPTOS_SITE_ROOT", site::folder());
    println!();
    let run = tools::loud(&mut command);
    let totals = fs::read(&report)
        .ok()
        .and_then(|report| Totals::from_playwright(&serde_json::from_slice(&report).ok()?))
        .ok_or_else(|| run.as_ref().err().map_or_else(|| anyhow!("Playwright left no report"), |error| anyhow!("{error:#}")))?;
    let broke = totals.broke || (run.is_err() && totals.failed == 0);
    Ok(Totals { broke, ..totals })
}

fn folder() -> PathBuf {
    tools::root().join("end2end")
}

/// The filter as the regular expression that matches just it.
fn escape(filter: &str) -> String {
    filter.chars().flat_map(|c| (!c.is_alphanumeric() && c != ' ').then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_filter_is_taken_literally() {
        assert_eq!(escape("sign in (one-time)"), r"sign in \(one\-time\)");
    }
}
