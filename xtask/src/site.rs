//! `target/site`: the files the console's browser side is made of, under names that change with their content.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::step::Step;
use crate::{bindgen, cargo, dist, styles, tools};

/// How the console is built for the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

impl Profile {
    const fn cargo_name(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

/// The site's files by their path in it, all in memory until they are written together.
#[derive(Default)]
pub struct Site {
    files: BTreeMap<String, Vec<u8>>,
    /// Plain name to the name in the site: `purser.js` to `purser.1f2e3d….js`; public files to themselves.
    names: BTreeMap<String, String>,
}

pub fn folder() -> PathBuf {
    tools::root().join("target/site")
}

/// Builds everything a browser loads into `target/site`.
pub fn make(profile: Profile) -> Result<()> {
    let site = build(profile)?;
    Step::run("styles and files", |_| {
        let changed = site.write(&folder())?;
        Ok(((), if changed == 0 { "unchanged".to_owned() } else { format!("{changed} written") }))
    })
}

/// Builds everything a browser loads, and leaves `target/site` as it is.
pub fn build(profile: Profile) -> Result<Site> {
    cargo::ensure_wasm_target()?;
    let wasm = cargo::build_wasm(profile.cargo_name())?;
    let bindings = Step::run("JavaScript bindings", |_| {
        let (folder, was_good) = bindgen::bind(&wasm)?;
        Ok((folder, if was_good { "unchanged" } else { "made" }.to_owned()))
    })?;
    let optimized = match profile {
        Profile::Dev => fs::read(bindings.join("purser_bg.wasm"))?,
        Profile::Release => dist::optimize(&bindings.join("purser_bg.wasm"))?,
    };
    let mut site = Site::default();
    site.add_code(&bindings, optimized)?;
    site.add_hashed("purser.css", styles::bundle(profile == Profile::Release)?.into_bytes());
    site.add_folder(&tools::root().join("public"), "")?;
    Ok(site)
}

impl Site {
    /// The WASM, its bindings, and a module that starts them. It is a file and not part of the page,
    /// so that the page's content security policy needs no exception for inline scripts.
    fn add_code(&mut self, bindings: &Path, wasm: Vec<u8>) -> Result<()> {
        let wasm = self.add_hashed("purser.wasm", wasm);
        let js = self.add_hashed("purser.js", fs::read(bindings.join("purser.js"))?);
        let boot = fs::read_to_string(tools::root().join("src/console/boot.js"))?;
        let boot = boot.replace("purser.js", &js).replace("purser.wasm", &wasm);
        self.add_hashed("boot.js", boot.into_bytes());
        let snippets = bindings.join("snippets");
        if snippets.is_dir() { self.add_folder(&snippets, "pkg/snippets/") } else { Ok(()) }
    }

    /// Adds a file to `pkg/` with the hash of its content in its name, which is given back.
    fn add_hashed(&mut self, plain: &str, content: Vec<u8>) -> String {
        let hashed = hashed_name(plain, &content);
        self.files.insert(format!("pkg/{hashed}"), content);
        self.names.insert(plain.to_owned(), hashed.clone());
        hashed
    }

    /// Adds all files of a folder under their own names, dot files excepted.
    fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).context("a file name is not text")?;
            if name.starts_with('.') {
                continue;
            }
            let place = format!("{prefix}{name}");
            if path.is_dir() {
                self.add_folder(&path, &format!("{place}/"))?;
            } else {
                self.names.insert(place.clone(), place.clone());
                self.files.insert(place, fs::read(&path)?);
            }
        }
        Ok(())
    }

    /// Adds another file beside those there, such as a compressed form.
    pub fn add(&mut self, place: String, content: Vec<u8>) {
        self.files.insert(place, content);
    }

    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(place, content)| (place.as_str(), content.as_slice()))
    }

    /// Makes the folder hold exactly these files and their manifest; how many had to be written.
    pub fn write(&self, folder: &Path) -> Result<usize> {
        let manifest = serde_json::to_vec_pretty(&self.names)?;
        let mut changed = 0;
        for (place, content) in self.files().chain([("manifest.json", manifest.as_slice())]) {
            let path = folder.join(place);
            if fs::read(&path).is_ok_and(|present| present == content) {
                continue;
            }
            fs::create_dir_all(path.parent().context("a file of the site stands in no folder")?)?;
            fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
            changed += 1;
        }
        self.remove_others(folder, "")?;
        Ok(changed)
    }

    fn remove_others(&self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let place = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
            if path.is_dir() {
                self.remove_others(&path, &format!("{place}/"))?;
            } else if place != "manifest.json" && !self.files.contains_key(&place) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

/// `purser.js` with this content as `purser.0123456789abcdef.js`.
fn hashed_name(plain: &str, content: &[u8]) -> String {
    let (stem, extension) = plain.split_once('.').unwrap_or((plain, "bin"));
    format!("{stem}.{}.{extension}", short_hash(content))
}

/// 16 hexadecimal digits of SHA-256: enough that no two builds of a file share them.
pub fn short_hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content_only() {
        assert_eq!(hashed_name("purser.js", b""), "purser.e3b0c44298fc1c14.js");
        assert_ne!(hashed_name("purser.js", b"a"), hashed_name("purser.js", b"b"));
    }

    #[test]
    fn writing_leaves_only_what_belongs_and_writes_nothing_twice() {
        let folder = std::env::temp_dir().join(format!("purser-site-{}", std::process::id()));
        fs::create_dir_all(folder.join("pkg")).unwrap();
        fs::write(folder.join("pkg/purser.old.js"), "old").unwrap();
        let mut site = Site::default();
        let js = site.add_hashed("purser.js", b"new".to_vec());
        assert_eq!(site.write(&folder).unwrap(), 2);
        assert_eq!(site.write(&folder).unwrap(), 0);
        assert!(!folder.join("pkg/purser.old.js").exists());
        assert_eq!(fs::read(folder.join("pkg").join(&js)).unwrap(), b"new");
        let manifest: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["purser.js"], js);
        fs::remove_dir_all(&folder).unwrap();
    }
}
