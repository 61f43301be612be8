//! A slash at the end of an address. Programs add one by habit; a redirect would lose the body of their POST, so the API answers
//! such an address as it answers the one without the slash.

use axum::extract::Request;
use axum::http::Uri;

/// Where programs call; the console's pages are for people.
const PROGRAMS: [&str; 12] = [
    "/api/v1/",
    "/callback/",
    "/market-notifications/",
    "/markets/",
    "/inapp/",
    "/standard/",
    "/tcgb-inapp/",
    "/v1/service/",
    "/simulator/",
    "/healthz/",
    "/readyz/",
    "/metrics/",
];

/// Takes the slash at the end of a program's address away. Has to happen before the route is looked for.
pub fn drop_trailing_slash(mut request: Request) -> Request {
    if let Some(uri) = without_slash(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn without_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let shorter = path.strip_suffix('/').filter(|shorter| !shorter.is_empty() && !shorter.ends_with('/'))?;
    if !PROGRAMS.iter().any(|prefix| path.starts_with(prefix)) {
        return None;
    }
    let path_and_query = uri.query().map_or_else(|| shorter.to_owned(), |query| format!("{shorter}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slash_goes_and_the_query_stays() {
        for (given, expected) in [
            ("/api/v1/payments/", Some("/api/v1/payments")),
            ("/api/v1/users/a%2F/consumables/?stores=AS,GG", Some("/api/v1/users/a%2F/consumables?stores=AS,GG")),
            ("https://game.example/v1/service/consume/", Some("https://game.example/v1/service/consume")),
            ("/healthz/", Some("/healthz")),
            ("/api/v1/payments", None),
            ("/api/v1/payments//", None),
            ("/api/docs/", None),
            ("/projects/", None),
            ("/", None),
        ] {
            let uri: Uri = given.parse().expect("an address");
            assert_eq!(without_slash(&uri).map(|uri| uri.to_string()).as_deref(), expected, "{given}");
        }
    }
}
