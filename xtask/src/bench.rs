//! `cargo xtask bench`: measures the figures of docs/benchmarks.md in one run, all built for release.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::cluster::{Cluster, Durability};
use crate::step::Step;
use crate::{cargo, dist, machine, tools};

const GROUPS: [&str; 9] = ["proof", "purchases", "notifications", "google", "onestore", "search", "statistics", "start", "wasm"];
/// Of the table in docs/benchmarks.md.
const BEGIN: &str = "<!-- figures: written by cargo xtask bench --write -->";
const END: &str = "<!-- end of figures -->";

/// Which figures to measure, and whether to keep them.
#[derive(Debug, PartialEq, Eq)]
pub struct Selection {
    write: bool,
    groups: Vec<String>,
    /// How many payments the searched database has; a million when none.
    payments: Option<u64>,
}

impl Selection {
    pub fn parse(words: &[&str]) -> Result<Self> {
        let mut selection = Self { write: false, groups: Vec::new(), payments: None };
        for word in words {
            if let Some(payments) = word.strip_prefix("--payments=") {
                selection.payments = Some(payments.parse().context("--payments= takes a number")?);
                continue;
            }
            match *word {
                "--write" => selection.write = true,
                group if GROUPS.contains(&group) => selection.groups.push(group.to_owned()),
                other => bail!("`cargo xtask bench` knows {}, not {other}", GROUPS.join(", ")),
            }
        }
        let is_whole = selection.groups.is_empty() && selection.payments.is_none();
        ensure!(!selection.write || is_whole, "--write keeps all figures: give it without a group or a number of payments");
        Ok(selection)
    }

    fn wants(&self, group: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|wanted| wanted == group)
    }
}

pub fn bench(selection: &Selection) -> Result<()> {
    let served = dist::build_site()?;
    let [server, figures] = cargo::build_figures(&["--release", "--features", "ssr,embed"])?;
    let postgres = Step::run("PostgreSQL", |_| Ok((Cluster::start(Durability::Full)?, "started for the run".to_owned())))?;
    println!();
    let mut found = Vec::new();
    if selection.wants("wasm") {
        found.push(show(wasm_figure(dist::wasm_brotli_bytes(&served))));
    }
    let groups: Vec<&String> = selection.groups.iter().filter(|group| *group != "wasm").collect();
    if selection.groups.is_empty() || !groups.is_empty() {
        let mut command = Command::new(figures);
        command.args(["measure", "--folder"]).arg(folder()?).arg("--server").arg(server);
        command.args(["--postgres", &postgres.url()]).arg("--pgbench").arg(postgres.programs().join("pgbench")).args(groups);
        if let Some(payments) = selection.payments {
            command.args(["--payments", &payments.to_string()]);
        }
        found.extend(measure(command)?);
    }
    if selection.write {
        write(&found, &postgres)?;
    }
    let missed = found.iter().filter(|figure| figure["isMet"] == false).count();
    println!("\n{} figures, {missed} beside their target", found.len());
    ensure!(missed == 0, "not every target was met; a busy machine is one reason");
    Ok(())
}

/// Databases are made in the workspace, on a disk like the one the server would have, and not in a temporary folder that
/// may be in memory.
fn folder() -> Result<PathBuf> {
    let folder = tools::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn measure(mut command: Command) -> Result<Vec<Value>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start the benchmark")?;
    let stdout = child.stdout.take().context("the benchmark has no output")?;
    let mut figures = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let figure: Value = serde_json::from_str(&line?).context("the benchmark said something else than a figure")?;
        match figure["error"].as_str() {
            Some(error) => bail!("the benchmark: {error}"),
            None => figures.push(show(figure)),
        }
    }
    ensure!(child.wait()?.success(), "the benchmark broke off");
    Ok(figures)
}

fn wasm_figure(bytes: usize) -> Value {
    let (kilobytes, limit) = (bytes as f64 / 1024.0, dist::WASM_BROTLI_BYTES_MAX as f64 / 1024.0);
    json!({
        "title": "The console's WASM, brotli", "measured": format!("{kilobytes:.0} KB"), "limit": format!("{limit:.0} KB"),
        "ratio": format!("{:.2}", kilobytes / limit), "target": "≤ 1.00", "isMet": kilobytes <= limit,
    })
}

fn text<'a>(figure: &'a Value, name: &str) -> &'a str {
    figure[name].as_str().unwrap_or_default()
}

const fn verdict(is_met: Option<bool>) -> &'static str {
    match is_met {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "",
    }
}

fn show(figure: Value) -> Value {
    let [title, measured, limit, ratio, target] =
        ["title", "measured", "limit", "ratio", "target"].map(|name| text(&figure, name));
    println!("  {title}\n      {measured} of {limit}: {ratio} {target} {}", verdict(figure["isMet"].as_bool()));
    figure
}

/// Puts the table between its marks.
fn write(figures: &[Value], postgres: &Cluster) -> Result<()> {
    let path = tools::root().join("docs/benchmarks.md");
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let table = format!("{}\n{}", machine::describe(postgres.programs())?, table(figures));
    fs::write(&path, replace_table(&page, &table)?)?;
    println!("\nwritten to {}", path.display());
    Ok(())
}

fn table(figures: &[Value]) -> String {
    let mut table =
        String::from("| Figure | Measured | Limit in the same run | Ratio | Target | Met |\n|---|---|---|---|---|---|\n");
    for figure in figures {
        let cells = ["title", "measured", "limit", "ratio", "target"].map(|name| text(figure, name));
        table.push_str(&format!("| {} | {} |\n", cells.join(" | "), verdict(figure["isMet"].as_bool())));
    }
    table
}

fn replace_table(page: &str, table: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no place for the figures")?;
    let (_, after) = rest.split_once(END).context("the place for the figures has no end")?;
    Ok(format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_names_groups_that_are_there() {
        assert_eq!(Selection::parse(&["--write"]).unwrap(), Selection { write: true, groups: Vec::new(), payments: None });
        let some = Selection::parse(&["proof", "wasm"]).unwrap();
        assert!(some.wants("proof") && some.wants("wasm") && !some.wants("search"));
        assert!(Selection::parse(&["speed"]).is_err() && Selection::parse(&["--write", "proof"]).is_err());
    }

    #[test]
    fn the_table_takes_the_place_of_the_last_one_and_nothing_else() {
        let page = format!("# Title\n\n{BEGIN}\nold\n{END}\n\nend\n");
        let figure =
            json!({ "title": "A", "measured": "1/s", "limit": "2/s", "ratio": "0.50", "target": "≥ 0.50", "isMet": true });
        let written = replace_table(&page, &table(&[figure])).unwrap();
        assert!(written.starts_with("# Title\n") && written.ends_with("\n\nend\n"));
        assert!(written.contains("| A | 1/s | 2/s | 0.50 | ≥ 0.50 | yes |\n") && !written.contains("old"));
        assert_eq!(replace_table(&written, "new").unwrap(), replace_table(&page, "new").unwrap());
        assert!(replace_table("no place", "").is_err());
    }

    #[test]
    fn the_page_has_a_place_for_the_figures() {
        let page = fs::read_to_string(tools::root().join("docs/benchmarks.md")).unwrap();
        assert!(replace_table(&page, "").is_ok());
    }
}
