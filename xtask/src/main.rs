//! The project's own commands: `cargo xtask run`, `test`, `dist` and `bench`.

mod bench;
mod bindgen;
mod browser;
mod cargo;
mod cluster;
mod dist;
mod machine;
mod official;
mod postgres;
mod run;
mod site;
mod step;
mod styles;
mod suites;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  run                                build everything and start Purser with the simulator and a demo project
  test [--unit|--browser] [FILTER]   run every test, or those whose name contains FILTER
  dist                               build target/dist/purser, one binary with the console's files inside
  bench [--write] [GROUP...]         measure the figures of docs/benchmarks.md and, with --write, put them there;
                                     groups: proof purchases notifications search start wasm;
                                     --payments=N fills the searched database with N";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["run"] => run::run(),
        ["test", rest @ ..] => test::Selection::parse(rest).and_then(|selection| test::test(&selection)),
        ["dist"] => dist::dist(),
        ["bench", rest @ ..] => bench::Selection::parse(rest).and_then(|selection| bench::bench(&selection)),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err(anyhow::anyhow!("cargo xtask does not know `{}`\n\n{USAGE}", words.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
