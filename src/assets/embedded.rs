use axum::body::Bytes;
use rust_embed::RustEmbed;

/// `target/site` as `cargo xtask dist` left it.
#[derive(RustEmbed)]
#[folder = "target/site"]
struct Embedded;

pub(super) fn files() -> impl Iterator<Item = (String, Bytes)> {
    Embedded::iter().filter_map(|place| {
        let file = Embedded::get(&place)?;
        let bytes = match file.data {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some((place.into_owned(), bytes))
    })
}
