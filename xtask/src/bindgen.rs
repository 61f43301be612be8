//! The JavaScript side of the console's WASM, by the library form of wasm-bindgen's command.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::site::short_hash;
use crate::tools;

/// Binds the WASM for browsers into a folder beside it; that folder, and whether it was still good.
/// It holds `purser.js`, `purser_bg.wasm` and perhaps `snippets/`.
pub fn bind(wasm: &Path) -> Result<(PathBuf, bool)> {
    let version = version()?;
    let folder = wasm.with_file_name("bindings");
    let stamp = folder.join("input-hash");
    let input = fs::read(wasm)?;
    let hash = format!("{} {version}", short_hash(&input));
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == hash) {
        return Ok((folder, true));
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Bindgen::new()
        .input_bytes("purser", input)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&folder)?;
    fs::write(&stamp, hash)?;
    Ok((folder, false))
}

/// The version of wasm-bindgen, whose two halves only understand each other when it is the same in both.
fn version() -> Result<String> {
    let lock = fs::read_to_string(tools::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let locked = |package| locked_version(&lock, package).with_context(|| format!("Cargo.lock names no {package}"));
    let (console, ours) = (locked("wasm-bindgen")?, locked("wasm-bindgen-cli-support")?);
    ensure!(
        console == ours,
        "the console uses wasm-bindgen {console}, but xtask binds for {ours}: \
         set `wasm-bindgen-cli-support = \"={console}\"` in xtask/Cargo.toml"
    );
    Ok(console.to_owned())
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, entry) = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?;
    Some(entry.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"0.2.1\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.2\"\n";

    #[test]
    fn a_locked_version_is_found_by_the_whole_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.2"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-shared"), Some("0.2.1"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }

    #[test]
    fn the_bound_version_is_the_locked_one() {
        assert!(version().is_ok(), "{:?}", version());
    }
}
