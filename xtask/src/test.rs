//! `cargo xtask test`: every test there is, after setting up what they need. Nothing is skipped in silence.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};

use crate::postgres::Postgres;
use crate::site::{self, Profile};
use crate::suites::{self, Totals};
use crate::{browser, cargo, official};

/// Which tests to run.
#[derive(Debug, PartialEq, Eq)]
pub struct Selection {
    unit: bool,
    browser: bool,
    filter: Option<String>,
}

impl Selection {
    pub fn parse(words: &[&str]) -> Result<Self> {
        let mut selection = Self { unit: true, browser: true, filter: None };
        for word in words {
            match *word {
                "--unit" => selection.browser = false,
                "--browser" => selection.unit = false,
                option if option.starts_with('-') => bail!("`cargo xtask test` has no option {option}"),
                filter if selection.filter.is_none() => selection.filter = Some(filter.to_owned()),
                _ => bail!("`cargo xtask test` takes one filter"),
            }
        }
        ensure!(selection.unit || selection.browser, "give --unit or --browser or neither");
        Ok(selection)
    }
}

pub fn test(selection: &Selection) -> Result<()> {
    let mut totals = Totals::default();
    if selection.unit {
        let postgres = Postgres::ensure()?;
        for package in ["purser", "xtask"] {
            totals.add(run_cargo_tests(package, &postgres, selection.filter.as_deref())?);
        }
    }
    if selection.browser {
        let (server, python) = (build_for_browser()?, official::ensure()?);
        totals.add(browser::run_tests(&server, &python, selection.filter.as_deref())?);
    }
    println!("\n{totals}");
    ensure!(totals.is_good(), "tests failed; see above");
    Ok(())
}

fn run_cargo_tests(package: &str, postgres: &Postgres, filter: Option<&str>) -> Result<Totals> {
    let mut command = cargo::cargo();
    command.args(["test", "--no-fail-fast", "--package", package]);
    if package == "purser" {
        command.args(["--features", "ssr"]);
    }
    command.args(filter).env("PURSER_TEST_POSTGRES_URL", postgres.url());
    suites::run_libtest(command)
}

fn build_for_browser() -> Result<PathBuf> {
    browser::ensure()?;
    site::make(Profile::Dev)?;
    cargo::build_server(&["--features", "ssr"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_is_everything_unless_narrowed() {
        let everything = Selection { unit: true, browser: true, filter: None };
        assert_eq!(Selection::parse(&[]).unwrap(), everything);
        let narrowed = Selection { unit: true, browser: false, filter: Some("consume".to_owned()) };
        assert_eq!(Selection::parse(&["--unit", "consume"]).unwrap(), narrowed);
    }

    #[test]
    fn a_selection_of_nothing_or_unknown_is_refused() {
        for words in [&["--unit", "--browser"][..], &["--fast"], &["one", "two"]] {
            assert!(Selection::parse(words).is_err(), "{words:?}");
        }
    }
}
