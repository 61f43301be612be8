//! Apple's official libraries, for the tests that run them against the server: the Python one in an environment of its
//! own under `target/`; the Node one comes with the browser tests' packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::site::short_hash;
use crate::step::Step;
use crate::tools;

const REQUIREMENTS: &str = "end2end/official/requirements.txt";

/// Makes sure that there is a Python with the library; its path.
pub fn ensure() -> Result<PathBuf> {
    Step::run("Apple's Python library", |_| {
        let python = folder().join("bin/python");
        let requirements = tools::root().join(REQUIREMENTS);
        let stamp = folder().join(".installed");
        let hash = short_hash(&fs::read(&requirements)?);
        if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == hash) {
            return Ok((python, "unchanged".to_owned()));
        }
        make_environment(&folder())?;
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        tools::quiet(Command::new(&python).args(install).arg(&requirements))?;
        fs::write(&stamp, hash)?;
        Ok((python, "installed".to_owned()))
    })
}

/// Debian keeps what makes environments in a package apart from Python's own.
fn make_environment(folder: &Path) -> Result<()> {
    if tools::find(&["python3"]).is_none() {
        tools::apt_install("python3", "tests with Apple's Python library need Python 3.9 or later")?;
    }
    let make = || {
        let python = tools::find(&["python3"]).context("python3 is gone")?;
        tools::quiet(Command::new(python).args(["-m", "venv", "--clear"]).arg(folder))
    };
    if make().is_err() {
        tools::apt_install("python3-venv", "tests with Apple's Python library need Python's venv")?;
        make()?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    tools::root().join("target/official")
}
