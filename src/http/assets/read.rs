//! The files of the site, from a folder or from the program itself.

use std::collections::HashMap;
use std::path::Path;

use axum::body::Bytes;

/// `cargo leptos` names files plainly and makes no module that starts the WASM; then this is it.
pub(super) fn add_plain_boot(contents: &mut HashMap<String, Bytes>) {
    const BOOT: &str = include_str!("../../console/boot.js");
    if contents.contains_key("pkg/purser.js") {
        contents.insert("pkg/boot.js".to_owned(), Bytes::from_static(BOOT.as_bytes()));
    }
}

/// Whether this is another file's compressed form.
pub(super) fn is_compressed(place: &str, contents: &HashMap<String, Bytes>) -> bool {
    place.strip_suffix(".br").is_some_and(|plain| contents.contains_key(plain))
}

pub(super) fn content_type(place: &str) -> &'static str {
    match place.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        _ => "application/octet-stream",
    }
}

pub(super) fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<(String, Bytes)>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let place = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{place}/"), files)?;
        } else {
            files.push((place, std::fs::read(entry.path())?.into()));
        }
    }
    Ok(())
}

/// The files inside the binary.
#[cfg(feature = "embed")]
mod embedded {
    use axum::body::Bytes;
    use rust_embed::RustEmbed;

    /// `target/site` as `cargo xtask dist` left it.
    #[derive(RustEmbed)]
    #[folder = "target/site"]
    struct Embedded;

    pub fn files() -> impl Iterator<Item = (String, Bytes)> {
        Embedded::iter().filter_map(|place| {
            let file = Embedded::get(&place)?;
            let bytes = match file.data {
                std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
            };
            Some((place.into_owned(), bytes))
        })
    }
}
