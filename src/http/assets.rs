//! What the console needs beside its pages: scripts, WASM, styles, icons. Built by `cargo xtask`, held in memory, so that a path
//! can only ever name a file that is part of the site. Calls nothing.

mod read;
mod router;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderValue;

use crate::error::{Error, Result};
use read::{add_plain_boot, content_type, is_compressed, read_folder};

const MANIFEST: &str = "manifest.json";
/// A name that changes with its content never has to be asked for again.
const CACHE_FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const CACHE_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const CACHE_AND_ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// The files of the console's browser side; cheap to clone.
#[derive(Clone)]
pub struct Assets(Arc<Site>);

struct Site {
    /// Plain name to the name in the site; empty when the site was built without a manifest, as `cargo leptos` does.
    names: HashMap<String, String>,
    files: HashMap<String, File>,
}

pub(super) struct File {
    pub plain: Form,
    pub brotli: Option<Form>,
    pub content_type: HeaderValue,
    pub cache: HeaderValue,
}

/// A file in one encoding, with the tag that says which bytes these are.
pub(super) struct Form {
    pub bytes: Bytes,
    pub etag: HeaderValue,
}

impl Assets {
    /// The site inside the binary (feature `embed`), or else the folder in `LEPTOS_SITE_ROOT` (default `target/site`).
    /// Without a site the server still serves its API and pages that work without scripts.
    pub fn load() -> Result<Self> {
        #[cfg(feature = "embed")]
        return Self::from_files(embedded::files());
        #[cfg(not(feature = "embed"))]
        Self::from_folder(Path::new(&std::env::var_os("LEPTOS_SITE_ROOT").unwrap_or_else(|| "target/site".into())))
    }

    /// The site in a folder, read once; an absent folder is an empty site.
    pub fn from_folder(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            tracing::warn!(folder = %folder.display(), "no scripts or styles for the console: build them with `cargo xtask run`");
        }
        let mut files = Vec::new();
        read_folder(folder, "", &mut files)
            .map_err(|cause| Error::internal(format!("cannot read {}: {cause}", folder.display())))?;
        Self::from_files(files)
    }

    /// A site of these files, by their path in it.
    pub fn from_files(files: impl IntoIterator<Item = (String, Bytes)>) -> Result<Self> {
        let mut contents: HashMap<String, Bytes> = files.into_iter().collect();
        let names = match contents.remove(MANIFEST) {
            Some(manifest) => serde_json::from_slice(&manifest)
                .map_err(|cause| Error::internal(format!("the site's {MANIFEST} is broken: {cause}")))?,
            None => {
                add_plain_boot(&mut contents);
                HashMap::new()
            }
        };
        let places = contents.keys().filter(|place| !is_compressed(place, &contents));
        let files = places.map(|place| (place.clone(), File::new(place, &names, &contents))).collect();
        Ok(Self(Arc::new(Site { names, files })))
    }

    /// The address of a file by its plain name: `/pkg/purser.1f2e3d.js` for `purser.js`, `/favicon.svg` for itself.
    pub fn href(&self, plain: &str) -> String {
        let name = self.0.names.get(plain).map_or(plain, String::as_str);
        if self.0.files.contains_key(name) { format!("/{name}") } else { format!("/pkg/{name}") }
    }

    pub(super) fn find(&self, place: &str) -> Option<&File> {
        self.0.files.get(place)
    }

    /// The paths of the files that stand outside `pkg/`.
    pub(super) fn public_places(&self) -> impl Iterator<Item = &str> {
        self.0.files.keys().map(String::as_str).filter(|place| !place.starts_with("pkg/"))
    }
}

impl File {
    fn new(place: &str, names: &HashMap<String, String>, contents: &HashMap<String, Bytes>) -> Self {
        let cache = match place.strip_prefix("pkg/") {
            Some(name) if names.iter().any(|(plain, hashed)| hashed == name && plain != name) => CACHE_FOREVER,
            Some(_) => CACHE_AND_ASK,
            None => CACHE_AN_HOUR,
        };
        Self {
            plain: Form::new(&contents[place]),
            brotli: contents.get(&format!("{place}.br")).map(Form::new),
            content_type: HeaderValue::from_static(content_type(place)),
            cache,
        }
    }
}

impl Form {
    fn new(bytes: &Bytes) -> Self {
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        let hash: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let etag = HeaderValue::try_from(format!("\"{hash}\"")).expect("hexadecimal digits are header text");
        Self { bytes: bytes.clone(), etag }
    }
}
