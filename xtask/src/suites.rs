//! What the test runners say: shown as it comes, and counted.

use std::fmt::{self, Display};
use std::io::{BufRead, BufReader, IsTerminal};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

/// How many tests passed and failed; `broke` when a runner ended badly without naming a failed test.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
    pub broke: bool,
}

impl Totals {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.broke |= other.broke;
    }

    pub const fn is_good(&self) -> bool {
        self.failed == 0 && !self.broke
    }

    /// The numbers in `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn from_libtest(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        let count = |word| counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
        Some(Self { passed: count("passed")?, failed: count("failed")?, ignored: count("ignored")?, broke: false })
    }

    /// The numbers in the report that Playwright writes as JSON. A test that passed on a second try has failed.
    pub fn from_playwright(report: &Value) -> Option<Self> {
        let count = |name: &str| report["stats"][name].as_u64();
        Some(Self {
            passed: count("expected")?,
            failed: count("unexpected")? + count("flaky")?,
            ignored: count("skipped")?,
            broke: report["errors"].as_array().is_some_and(|errors| !errors.is_empty()),
        })
    }
}

impl Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.broke {
            return f.write_str("A test run broke off, so there is no total.");
        }
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.ignored > 0 { write!(f, ", {} skipped", self.ignored) } else { Ok(()) }
    }
}

/// Runs `cargo test` and counts what its suites report. Both its outputs go through one pipe, so that they stay in order.
pub fn run_libtest(mut command: Command) -> Result<Totals> {
    let (output, input) = std::io::pipe()?;
    let color = if std::io::stdout().is_terminal() { "always" } else { "never" };
    command.env("CARGO_TERM_COLOR", color).stdout(input.try_clone()?).stderr(input);
    let mut child = command.spawn().context("cannot start cargo")?;
    // It holds our end of the pipe for writing, without which reading would never end.
    drop(command);
    let mut totals = Totals::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(suite) = Totals::from_libtest(&line) {
            totals.add(suite);
        }
    }
    totals.broke = !child.wait()?.success() && totals.failed == 0;
    Ok(totals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(Totals::from_libtest(line), Some(Totals { passed: 12, failed: 1, ignored: 2, broke: false }));
        assert_eq!(Totals::from_libtest("test payments::reserve ... ok"), None);
    }

    #[test]
    fn playwright_reports_are_counted() {
        let stats = serde_json::json!({ "expected": 4, "unexpected": 1, "flaky": 1, "skipped": 0 });
        let report = serde_json::json!({ "stats": stats, "errors": [] });
        assert_eq!(Totals::from_playwright(&report), Some(Totals { passed: 4, failed: 2, ignored: 0, broke: false }));
        let report = serde_json::json!({ "stats": stats, "errors": [{ "message": "no such file" }] });
        assert!(Totals::from_playwright(&report).unwrap().broke);
    }

    #[test]
    fn the_sum_is_one_plain_line() {
        let mut totals = Totals { passed: 2, ..Totals::default() };
        assert_eq!(totals.to_string(), "2 passed, 0 failed");
        totals.add(Totals { passed: 1, failed: 1, ignored: 1, broke: false });
        assert_eq!(totals.to_string(), "3 passed, 1 failed, 1 skipped");
        assert!(!totals.is_good());
        totals.add(Totals { broke: true, ..Totals::default() });
        assert_eq!(totals.to_string(), "A test run broke off, so there is no total.");
    }
}
