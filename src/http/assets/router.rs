use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Assets;
use super::File;

impl Assets {
    /// Serves `/pkg/*` and the public files, each at its own path.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let assets = self.clone();
        let pkg = get(async move |Path(path): Path<String>, headers: HeaderMap| assets.answer(&format!("pkg/{path}"), &headers));
        self.public_places().fold(Router::new().route("/pkg/{*path}", pkg), |router, place| {
            let (assets, place) = (self.clone(), place.to_owned());
            router.route(&format!("/{place}"), get(async move |headers: HeaderMap| assets.answer(&place, &headers)))
        })
    }

    fn answer(&self, place: &str, request: &HeaderMap) -> Response {
        self.find(place).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |file| file.answer(request))
    }
}

impl File {
    fn answer(&self, request: &HeaderMap) -> Response {
        let brotli = self.brotli.as_ref().filter(|_| accepts_brotli(request));
        let form = brotli.unwrap_or(&self.plain);
        let mut headers = HeaderMap::from_iter([
            (header::CACHE_CONTROL, self.cache.clone()),
            (header::ETAG, form.etag.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ]);
        if is_known(request, &form.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(header::CONTENT_TYPE, self.content_type.clone());
        if brotli.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        (headers, form.bytes.clone()).into_response()
    }
}

/// Whether the client takes brotli: it names `br`, and not with a weight of zero.
fn accepts_brotli(request: &HeaderMap) -> bool {
    list(request, &header::ACCEPT_ENCODING).any(|item| {
        let (coding, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        coding.trim().eq_ignore_ascii_case("br") && weight.is_some_and(|weight| weight > 0.0)
    })
}

/// Whether the client says that it holds these bytes already.
fn is_known(request: &HeaderMap, etag: &HeaderValue) -> bool {
    list(request, &header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.trim_start_matches("W/").as_bytes() == etag.as_bytes())
}

/// The items of a header that is a comma-separated list, over all its lines.
fn list<'a>(request: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    request.get_all(name).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',').map(str::trim))
}
