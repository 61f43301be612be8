//! `cargo xtask dist`: one release binary with the console's files inside, and a limit on what a browser downloads.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::site::{self, Profile};
use crate::step::Step;
use crate::{cargo, tools};

/// The console must stay quick to open on a phone.
pub const WASM_BROTLI_BYTES_MAX: usize = 350 * 1024;

/// A file of the console: its place in the site, its size, and its size as it is served.
pub struct Served {
    pub place: String,
    pub bytes: usize,
    pub brotli_bytes: usize,
}

pub fn dist() -> Result<()> {
    let served = build_site()?;
    let server = cargo::build_server(&["--release", "--features", "ssr,embed"])?;
    let binary = tools::root().join("target/dist/purser");
    fs::create_dir_all(tools::root().join("target/dist"))?;
    fs::copy(&server, &binary).with_context(|| format!("cannot copy to {}", binary.display()))?;

    println!("\n  {:<36}{:>12}{:>12}", "", "bytes", "brotli");
    for Served { place, bytes, brotli_bytes } in &served {
        println!("  {place:<36}{bytes:>12}{brotli_bytes:>12}");
    }
    println!("  {:<36}{:>12}", "target/dist/purser", fs::metadata(&binary)?.len());
    let wasm = wasm_brotli_bytes(&served);
    ensure!(
        wasm <= WASM_BROTLI_BYTES_MAX,
        "the console's WASM takes {wasm} bytes compressed; the limit is {WASM_BROTLI_BYTES_MAX}"
    );
    Ok(())
}

/// Builds the console for release into `target/site`, compressed files included; what of it there is to download.
pub fn build_site() -> Result<Vec<Served>> {
    let mut site = site::build(Profile::Release)?;
    Step::run("brotli", |_| {
        let compressed: Vec<(String, usize, Vec<u8>)> = site
            .files()
            .filter(|(place, _)| [".js", ".wasm", ".css"].iter().any(|end| place.ends_with(end)))
            .map(|(place, content)| Ok((place.to_owned(), content.len(), compress(content)?)))
            .collect::<Result<_>>()?;
        let mut served = Vec::with_capacity(compressed.len());
        for (place, bytes, brotli) in compressed {
            served.push(Served { bytes, brotli_bytes: brotli.len(), place: place.clone() });
            site.add(format!("{place}.br"), brotli);
        }
        // Written once, so that a file that stays keeps its time and the server that embeds it is not built again.
        let changed = site.write(&site::folder())?;
        Ok((served, if changed == 0 { "unchanged".to_owned() } else { format!("{changed} written") }))
    })
}

/// What a browser downloads of the WASM.
pub fn wasm_brotli_bytes(served: &[Served]) -> usize {
    served.iter().find(|file| file.place.ends_with(".wasm")).map_or(0, |file| file.brotli_bytes)
}

/// Makes a WASM smaller by binaryen's wasm-opt, where it is installed.
pub fn optimize(wasm: &Path) -> Result<Vec<u8>> {
    const FEATURES: [&str; 6] = [
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ];
    Step::run("wasm-opt", |_| {
        let Some(program) = tools::find(&["wasm-opt"]) else {
            return Ok((fs::read(wasm)?, "not installed (package binaryen); left out".to_owned()));
        };
        let smaller = wasm.with_extension("opt.wasm");
        tools::quiet(Command::new(program).arg("-Oz").args(FEATURES).arg(wasm).arg("-o").arg(&smaller))?;
        Ok((fs::read(&smaller)?, "-Oz".to_owned()))
    })
}

fn compress(content: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &params)?;
    Ok(compressed)
}
