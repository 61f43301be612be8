//! Which texts a request may carry, whatever surface it is for: no control characters in its path, query, headers and body
//! (NUL least of all, which PostgreSQL can't keep), and nothing longer than anybody writes. What a field may be beyond that,
//! its own reader says.

mod json;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use percent_encoding::percent_decode_str;

use super::limits::read_body;
use super::problems::refuse;
use crate::error::{Error, Result};
use crate::model::{CallReason, LINE_CHARS_MAX, Reason, TextKind, has_control, is_longer};
use json::innermost;

pub use json::{check_json, check_member, check_value};

/// Members whose texts may have several lines and be as long as the body: they are bounded by their own readers.
const BLOCKS: [&str; 16] = [
    "addresses",
    "data",
    "license_key",
    "note",
    "payload",
    "private_key",
    "proof",
    // What is searched for, in an address too.
    SEARCHED,
    "reason",
    "service_account",
    "shared_secret",
    "signedPayload",
    "signed_payload",
    "token",
    "trustedRoots",
    "unified_receipt",
];
const SEARCHED: &str = "q";
/// Headers that are kept or looked up.
const HEADERS: [&str; 5] = ["idempotency-key", "x-appkey", "x-nhn-tciap-appkey", "x-secret-key", "x-tcgb-transaction-id"];
const HEADER_BYTES_MAX: usize = 512;
/// The one parameter in a path that is a caller's own text; the others are ids, and what can be none is not there.
const OWN_TEXT: &str = "userKey";

/// Refuses a request whose path, query or headers have texts no surface takes. Looks at no body.
pub fn check_request(request: &Request) -> Result<()> {
    check_path(request)?;
    check_query(request.uri().query().unwrap_or_default())?;
    check_headers(request.headers())
}

fn check_path(request: &Request) -> Result<()> {
    for (place, segment) in request.uri().path().split('/').enumerate() {
        if is_plain(segment) {
            continue;
        }
        let text = percent_decode_str(segment).decode_utf8();
        let text = text.map_err(|_| Error::unfit(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the path is not UTF-8"))?;
        if let Err(reason) = check(&text, TextKind::Line) {
            let matched = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
            let name = matched.split('/').nth(place).unwrap_or_default().trim_matches(['{', '}']);
            return Err(if name == OWN_TEXT { Error::invalid(name, reason) } else { Error::NotFound("page") });
        }
    }
    Ok(())
}

/// Whether a part of an address has nothing to be decoded, and is no longer than any text may be.
fn is_plain(text: &str) -> bool {
    text.len() <= LINE_CHARS_MAX && text.bytes().all(|byte| byte != b'%' && (b'!'..=b'~').contains(&byte))
}

fn check_query(query: &str) -> Result<()> {
    if is_plain(query) {
        return Ok(());
    }
    check_pairs(query.as_bytes(), TextKind::Line, |name| if name == SEARCHED { TextKind::Block } else { TextKind::Line })
}

fn check_headers(headers: &HeaderMap) -> Result<()> {
    for name in HEADERS {
        let Some(value) = headers.get(name) else { continue };
        // One of other characters is no key, and answered so by whoever reads it.
        if value.len() > HEADER_BYTES_MAX || value.as_bytes().contains(&b'\t') {
            let shown = if name == "idempotency-key" { "Idempotency-Key" } else { name };
            return Err(Error::invalid(shown, CallReason::NotAKeyLine));
        }
    }
    Ok(())
}

fn check_pairs(pairs: &[u8], names: TextKind, kind_of: impl Fn(&str) -> TextKind) -> Result<()> {
    for (name, value) in url::form_urlencoded::parse(pairs) {
        check(&name, names).map_err(|reason| Error::invalid("the name of a field", reason))?;
        check(&value, kind_of(innermost(&name))).map_err(|reason| Error::invalid(innermost(&name), reason))?;
    }
    Ok(())
}

/// What is wrong with a text.
fn check(text: &str, kind: TextKind) -> Result<(), Reason> {
    if has_control(text, kind) {
        return Err(Reason::Control);
    }
    if kind == TextKind::Line && is_longer(text, LINE_CHARS_MAX) {
        return Err(Reason::CharactersAtMost { max: LINE_CHARS_MAX });
    }
    Ok(())
}

/// What is inside a block is of it.
fn kind_of(name: &str, around: TextKind) -> TextKind {
    if BLOCKS.contains(&name) { TextKind::Block } else { around }
}

/// Around the console's server functions, whose bodies Leptos reads: refuses one that has a text no surface takes.
pub async fn check_function(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let bytes = match read_body(body).await {
        Ok(bytes) => bytes,
        Err(error) => return refuse(&path, error),
    };
    // Each function reads the one or the other, whatever the body says it is; so what may be read as both is checked as both.
    let checked = match serde_json::from_slice(&bytes) {
        Ok(value) => check_value(&value).and_then(|()| check_pairs(&bytes, TextKind::Block, |_| TextKind::Block)),
        Err(_) => check_pairs(&bytes, TextKind::Line, |name| kind_of(name, TextKind::Line)),
    };
    match checked {
        Ok(()) => next.run(Request::from_parts(parts, bytes.into())).await,
        Err(error) => refuse(&path, error),
    }
}

#[cfg(test)]
mod tests;
