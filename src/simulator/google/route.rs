//! A call's path, read before anything in it is decoded: tokens come with `%3A` in them, and the verb after the last `:`.

use percent_encoding::percent_decode_str;

/// Longer paths are nobody's.
const SEGMENTS_MAX: usize = 12;

/// The parts of a path below `androidpublisher/v3/applications/`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The package name, then the rest, each decoded.
    pub segments: Vec<String>,
    /// What stands after the last `:` that is not encoded; empty when nothing does.
    pub verb: String,
}

impl Route {
    /// Reads a path as it was sent; none when it cannot be one.
    pub fn read(path: &str) -> Option<Self> {
        let (folder, last) = path.rsplit_once('/').map_or((None, path), |(folder, last)| (Some(folder), last));
        let (last, verb) = last.rsplit_once(':').unwrap_or((last, ""));
        let raw = folder.into_iter().flat_map(|folder| folder.split('/')).chain([last]);
        let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
        let segments: Vec<String> = raw.map(decode).collect::<Option<_>>()?;
        let is_fit = segments.len() <= SEGMENTS_MAX && segments.iter().all(|segment| !segment.is_empty());
        is_fit.then(|| Self { segments, verb: verb.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Option<(Vec<String>, String)> {
        Route::read(path).map(|route| (route.segments, route.verb))
    }

    #[test]
    fn the_verb_is_after_the_last_plain_colon() {
        let of =
            |segments: &[&str], verb: &str| Some((segments.iter().map(|text| (*text).to_owned()).collect(), verb.to_owned()));
        assert_eq!(
            read("com.x/purchases/products/a%2Fb/tokens/a%3Ab%2B%3D:consume"),
            of(&["com.x", "purchases", "products", "a/b", "tokens", "a:b+="], "consume",)
        );
        assert_eq!(read("com.x/orders:batchGet"), of(&["com.x", "orders"], "batchGet"));
        assert_eq!(read("com.x/orders/GPA.1"), of(&["com.x", "orders", "GPA.1"], ""));
        assert_eq!(read("com.x//orders"), None);
        assert_eq!(read("com.x/%FF"), None);
    }
}
